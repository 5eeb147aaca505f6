module vienkopus

go 1.26.0

replace github.com/google/pprof => github.com/google/pprof v0.0.0-20260115054156-294ebfa9ad83

require (
	filippo.io/age v1.3.2 // copies of keys and backups: sealed for those who may open them
	github.com/a-h/templ v0.3.977 // pages: typed markup beside its handler
	github.com/alecthomas/kong v1.17.0 // the command line
	github.com/alexedwards/scs/v2 v2.9.0 // sessions
	github.com/coreos/go-oidc/v3 v3.21.0 // sign-in: accounts elsewhere
	github.com/danielgtaylor/huma/v2 v2.37.2 // REST operations and their OpenAPI description from types
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6 // a real mail server in tests: its sign-in
	github.com/emersion/go-smtp v0.25.1 // a real mail server in tests
	github.com/evanw/esbuild v0.28.2 // script and style at build time
	github.com/fxamacker/cbor/v2 v2.9.6 // receipts: CBOR
	github.com/go-webauthn/webauthn v0.18.2 // sign-in: passkeys
	github.com/google/go-cmp v0.7.0 // tests: what differs
	github.com/jackc/pgx/v5 v5.12.0 // PostgreSQL
	github.com/nicksnyder/go-i18n/v2 v2.7.0 // messages with the plurals of each language
	github.com/pquerna/otp v1.5.0 // sign-in: codes of an app
	github.com/prometheus/client_golang v1.25.0 // metrics
	github.com/schollz/progressbar/v3 v3.19.1 // progress on the command line
	github.com/transparency-dev/merkle v0.0.2 // checkpoints: the tree of RFC 6962
	github.com/trustelem/zxcvbn v1.0.1 // passwords: whether one is guessed first
	github.com/veraison/go-cose v1.3.0 // receipts: COSE signatures
	github.com/wneessen/go-mail v0.8.1 // mail: messages and SMTP
	github.com/xuri/excelize/v2 v2.11.0 // sheets: reading XLSX
	golang.org/x/crypto v0.58.0 // passwords: argon2id
	golang.org/x/mod v0.43.0 // checkpoints: signed notes
	golang.org/x/net v0.60.0 // pages: what was typed is filled into a form again
	golang.org/x/oauth2 v0.38.0 // sign-in: the code flow of accounts elsewhere
	golang.org/x/text v0.43.0 // languages, collation, folding of letters
	modernc.org/sqlite v1.61.1 // SQLite without cgo
	pgregory.net/rapid v1.3.0 // tests: random inputs that shrink
	rsc.io/qr v0.2.0 // receipts: QR codes
)

require github.com/tink-crypto/tink-go/v2 v2.9.0 // seals what must not stand in clear

require (
	filippo.io/hpke v0.4.0 // indirect
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/boombuler/barcode v1.0.1-0.20190219062509-6c824513bacc // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/dlclark/regexp2 v1.12.0 // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/go-jose/go-jose/v4 v4.1.4 // indirect
	github.com/go-viper/mapstructure/v2 v2.5.0 // indirect
	github.com/go-webauthn/x v0.3.1 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/google/go-tpm v0.9.8 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/philhofer/fwd v1.2.0 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/richardlehane/mscfb v1.0.7 // indirect
	github.com/richardlehane/msoleps v1.0.6 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/test-go/testify v1.1.4 // indirect
	github.com/tiendc/go-deepcopy v1.7.2 // indirect
	github.com/tinylib/msgp v1.6.4 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	github.com/xuri/efp v0.0.1 // indirect
	github.com/xuri/nfp v0.0.2-0.20250530014748-2ddeb826f9a9 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.47.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
	modernc.org/libc v1.79.0 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)
