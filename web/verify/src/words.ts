/* What the page says, in Latvian (the source), English and Lithuanian. */
import type { Reason } from "./reason";

export type Language = "lv" | "en" | "lt";

/** What is said about a code: a heading, and what to do. */
interface Message {
	readonly head: string;
	readonly text: string;
}

type Finding = "valid" | "not_code" | "damaged" | "malformed" | "signature" | "key_date" | "newer" | "unknown_key" | "compromised" | "future";

export interface Words {
	readonly title: string;
	readonly lead: string;
	readonly languages: string;
	readonly camera: string;
	readonly stop: string;
	readonly photo: string;
	readonly text: string;
	readonly hint: string;
	readonly check: string;
	readonly looking: string;
	readonly noCamera: string;
	readonly noCode: string;
	readonly unsupported: string;
	readonly noKeys: string;
	readonly empty: string;
	readonly reason: string;
	readonly claims: string;
	readonly kinds: Record<"payment" | "refund" | "void", string>;
	readonly reversed: string;
	readonly later: string;
	readonly fields: Record<"kind" | "number" | "at" | "total" | "tenders" | "creditor" | "node" | "copy" | "check_code", string>;
	readonly original: string;
	readonly copy: (n: number) => string;
	readonly tenders: Record<string, string>;
	readonly otherTender: (n: string) => string;
	readonly bill: Record<"head" | "hint" | "reference" | "amount" | "check" | "yes" | "no" | "missing", string>;
	readonly keys: (n: number) => string;
	readonly specimen: Message;
	readonly findings: Record<Finding, Message>;
}

/** Which message a reason gets: what a scanner got wrong is no forgery. */
export function findingOf(reason: Reason): Finding {
	switch (reason) {
		case "ok":
			return "valid";
		case "prefix":
			return "not_code";
		case "alphabet":
		case "too_long":
		case "base45":
		case "cbor":
		case "trailing":
			return "damaged";
		case "signature":
		case "key_date":
		case "newer":
		case "unknown_key":
		case "compromised":
		case "future":
			return reason;
		default:
			return "malformed";
	}
}

const lv: Words = {
	title: "Kvīts pārbaude",
	lead: "Uzziniet, vai kvīts ir īsta. Pārbaude notiek šajā ierīcē: nekas netiek nosūtīts, internets nav vajadzīgs.",
	languages: "Valoda",
	camera: "Nolasīt ar kameru",
	stop: "Apturēt kameru",
	photo: "Izvēlēties fotoattēlu",
	text: "Kods kā teksts",
	hint: "Tas sākas ar VK1: un sastāv no lielajiem burtiem, cipariem un zīmēm.",
	check: "Pārbaudīt",
	looking: "Kamera ir ieslēgta. Turiet kvadrātveida kodu kameras priekšā.",
	noCamera: "Kameru neizdevās ieslēgt. Nofotografējiet kvīti un izvēlieties fotoattēlu.",
	noCode: "Attēlā kodu neizdevās atrast. Nofotografējiet tuvāk, gaišākā vietā un taisni no augšas.",
	unsupported:
		"Šī pārlūkprogramma neprot pārbaudīt parakstu (Ed25519), tāpēc neko nevar apgalvot. Atveriet lapu jaunākā pārlūkprogrammā: Chrome vai Edge 137, Firefox 129, Safari 17 vai vēl jaunākā.",
	noKeys: "Šajā lapā nav nevienas atslēgas, tāpēc tā nevienu kvīti nevar apstiprināt. Paņemiet lapu savas pašvaldības vietnē.",
	empty: "Ielīmējiet kodu, nolasiet to ar kameru vai izvēlieties fotoattēlu.",
	reason: "Iemesls",
	claims: "Ko kods apgalvo (nav apstiprināts)",
	kinds: { payment: "Maksājums", refund: "Atmaksa", void: "Atcelta kvīts" },
	reversed: "Šī kvīts atceļ citu kvīti. Tā neapliecina, ka ir samaksāts.",
	later: "Pārbaude rāda, ko izsniedzējs parakstīja. Vai maksājums vēlāk ir atcelts vai atmaksāts, zina izsniedzējs.",
	fields: {
		kind: "Veids",
		number: "Kvīts numurs",
		at: "Datums un laiks",
		total: "Summa",
		tenders: "Samaksāts",
		creditor: "Saņēmējs (reģistrācijas numurs vai kods)",
		node: "Izsniedzējs",
		copy: "Eksemplārs",
		check_code: "Pārbaudes kods",
	},
	original: "Oriģināls",
	copy: (n) => `Kopija Nr. ${n}`,
	tenders: { cash: "skaidrā naudā", card: "ar karti", transfer: "ar pārskaitījumu" },
	otherTender: (n) => `citādi (${n})`,
	bill: {
		head: "Vai ar šo kvīti ir samaksāts noteikts rēķins?",
		hint: "Ierakstiet rēķina numuru un samaksāto summu, kā tie rakstīti uz kvīts.",
		reference: "Rēķina numurs",
		amount: "Samaksātā summa",
		check: "Pārbaudīt rēķinu",
		yes: "Jā, šī kvīts apliecina šī rēķina samaksu.",
		no: "Nē, šāda rēķina ar šādu summu kvītī nav.",
		missing: "Ierakstiet rēķina numuru un summu, piemēram, 42,50.",
	},
	keys: (n) => `Atslēgas šajā lapā: ${n}`,
	specimen: { head: "Tas ir paraugs", text: "Kods ir parakstīts pareizi, bet par to nekas nav samaksāts." },
	findings: {
		valid: { head: "Kvīts ir īsta", text: "Salīdziniet zemāk rakstīto ar papīru. Ja kaut kas atšķiras, papīrs ir mainīts." },
		not_code: { head: "Tas nav kvīts kods", text: "Nolasīts kas cits. Meklējiet uz kvīts kvadrātveida kodu. Divpadsmit zīmju pārbaudes kodu ievadiet lapā “Kur ir mana nauda” (/follow)." },
		damaged: { head: "Kodu neizdevās nolasīt", text: "Kods ir bojāts vai nepilnīgs. Nolasiet to vēlreiz gaišākā vietā." },
		malformed: {
			head: "Kvīts nav derīga",
			text: "Kods nav veidots pēc noteikumiem. Nepaļaujieties uz šo kvīti un jautājiet tur, kur to izsniedza.",
		},
		signature: {
			head: "Kvīts nav īsta",
			text: "Paraksts neatbilst saturam: kvīts ir mainīta vai viltota. Nepaļaujieties uz to un jautājiet tur, kur to izsniedza.",
		},
		key_date: {
			head: "Kvīts nav derīga",
			text: "Parakstīšanas brīdī šī atslēga nebija spēkā. Nepaļaujieties uz šo kvīti un jautājiet tur, kur to izsniedza.",
		},
		newer: { head: "Šī lapa kvīti nevar pārbaudīt", text: "Kods ir jaunāks nekā šī lapa. Paņemiet jaunāko lapu pašvaldības vietnē." },
		unknown_key: {
			head: "Šī lapa kvīti nevar apstiprināt",
			text: "Izsniedzēja atslēgas šajā lapā nav. Paņemiet jaunāko lapu vai zvaniet izsniedzējam un nolasiet pārbaudes kodu.",
		},
		compromised: {
			head: "Ar kodu vien nepietiek",
			text: "Šī atslēga ir nonākusi svešās rokās. Zvaniet izsniedzējam un nolasiet pārbaudes kodu.",
		},
		future: { head: "Kvīts datums ir nākotnē", text: "Pārbaudiet, vai šīs ierīces pulkstenis rāda pareizi, un mēģiniet vēlreiz." },
	},
};

const en: Words = {
	title: "Check a receipt",
	lead: "Find out whether a receipt is genuine. The check happens on this device: nothing is sent, and no internet is needed.",
	languages: "Language",
	camera: "Read with the camera",
	stop: "Stop the camera",
	photo: "Choose a photo",
	text: "The code as text",
	hint: "It begins with VK1: and consists of capital letters, digits and signs.",
	check: "Check",
	looking: "The camera is on. Hold the square code in front of it.",
	noCamera: "The camera could not be started. Take a photo of the receipt and choose it.",
	noCode: "No code was found in the picture. Take it closer, in better light and straight from above.",
	unsupported:
		"This browser cannot check the signature (Ed25519), so nothing can be said. Open the page in a newer one: Chrome or Edge 137, Firefox 129, Safari 17 or later.",
	noKeys: "There is no key in this page, so it cannot confirm any receipt. Get the page from your municipality's website.",
	empty: "Paste the code, read it with the camera or choose a photo.",
	reason: "Reason",
	claims: "What the code claims (not confirmed)",
	kinds: { payment: "Payment", refund: "Refund", void: "Voided receipt" },
	reversed: "This receipt takes another one back. It does not show that anything was paid.",
	later: "The check shows what the issuer signed. Whether the payment was voided or refunded later, the issuer knows.",
	fields: {
		kind: "Kind",
		number: "Receipt number",
		at: "Date and time",
		total: "Total",
		tenders: "Paid",
		creditor: "Payee (registration number or code)",
		node: "Issuer",
		copy: "Copy",
		check_code: "Check code",
	},
	original: "Original",
	copy: (n) => `Copy no. ${n}`,
	tenders: { cash: "in cash", card: "by card", transfer: "by transfer" },
	otherTender: (n) => `otherwise (${n})`,
	bill: {
		head: "Does this receipt pay a certain bill?",
		hint: "Enter the number of the bill and the amount paid as they stand on the receipt.",
		reference: "Number of the bill",
		amount: "Amount paid",
		check: "Check the bill",
		yes: "Yes, this receipt proves that the bill was paid.",
		no: "No, there is no such bill with this amount in the receipt.",
		missing: "Enter the number of the bill and the amount, for example 42.50.",
	},
	keys: (n) => `Keys in this page: ${n}`,
	specimen: { head: "This is a specimen", text: "Its code is signed well, but nothing was paid for it." },
	findings: {
		valid: { head: "The receipt is genuine", text: "Compare what stands below with the paper. Where they differ, the paper was changed." },
		not_code: { head: "This is not a receipt code", text: "Something else was read. Look for the square code on the receipt. A check code of twelve characters is typed on the page “Where is my money” (/follow)." },
		damaged: { head: "The code could not be read", text: "It is damaged or incomplete. Read it again in better light." },
		malformed: {
			head: "The receipt is not valid",
			text: "The code is not made by the rules. Do not rely on this receipt, and ask where it was issued.",
		},
		signature: {
			head: "The receipt is not genuine",
			text: "The signature does not fit the contents: the receipt was changed or forged. Do not rely on it, and ask where it was issued.",
		},
		key_date: {
			head: "The receipt is not valid",
			text: "The key was not valid when it signed. Do not rely on this receipt, and ask where it was issued.",
		},
		newer: { head: "This page cannot check the receipt", text: "The code is newer than the page. Get the newest page from the municipality's website." },
		unknown_key: {
			head: "This page cannot confirm the receipt",
			text: "The issuer's key is not in the page. Get the newest page, or call the issuer and read out the check code.",
		},
		compromised: {
			head: "The code alone is not enough",
			text: "The key has fallen into wrong hands. Call the issuer and read out the check code.",
		},
		future: { head: "The receipt is dated in the future", text: "See whether the clock of this device is right, and try again." },
	},
};

const lt: Words = {
	title: "Kvito patikra",
	lead: "Sužinokite, ar kvitas tikras. Tikrinama šiame įrenginyje: niekas neišsiunčiama, interneto nereikia.",
	languages: "Kalba",
	camera: "Nuskaityti kamera",
	stop: "Išjungti kamerą",
	photo: "Pasirinkti nuotrauką",
	text: "Kodas kaip tekstas",
	hint: "Jis prasideda VK1: ir susideda iš didžiųjų raidžių, skaitmenų ir ženklų.",
	check: "Patikrinti",
	looking: "Kamera įjungta. Laikykite kvadratinį kodą prieš kamerą.",
	noCamera: "Kameros įjungti nepavyko. Nufotografuokite kvitą ir pasirinkite nuotrauką.",
	noCode: "Nuotraukoje kodo rasti nepavyko. Fotografuokite arčiau, šviesesnėje vietoje ir tiesiai iš viršaus.",
	unsupported:
		"Ši naršyklė nemoka tikrinti parašo (Ed25519), todėl nieko negalima teigti. Atverkite puslapį naujesne naršykle: „Chrome“ arba „Edge“ 137, „Firefox“ 129, „Safari“ 17 ar dar naujesne.",
	noKeys: "Šiame puslapyje nėra nė vieno rakto, todėl jis negali patvirtinti jokio kvito. Puslapį rasite savo savivaldybės svetainėje.",
	empty: "Įklijuokite kodą, nuskaitykite jį kamera arba pasirinkite nuotrauką.",
	reason: "Priežastis",
	claims: "Ką kodas teigia (nepatvirtinta)",
	kinds: { payment: "Mokėjimas", refund: "Grąžinimas", void: "Anuliuotas kvitas" },
	reversed: "Šis kvitas atšaukia kitą kvitą. Jis nepatvirtina, kad sumokėta.",
	later: "Patikra rodo, ką pasirašė išdavėjas. Ar mokėjimas vėliau atšauktas ar grąžintas, žino išdavėjas.",
	fields: {
		kind: "Rūšis",
		number: "Kvito numeris",
		at: "Data ir laikas",
		total: "Suma",
		tenders: "Sumokėta",
		creditor: "Gavėjas (registracijos numeris arba kodas)",
		node: "Išdavėjas",
		copy: "Egzempliorius",
		check_code: "Patikros kodas",
	},
	original: "Originalas",
	copy: (n) => `Kopija Nr. ${n}`,
	tenders: { cash: "grynaisiais", card: "kortele", transfer: "pavedimu" },
	otherTender: (n) => `kitaip (${n})`,
	bill: {
		head: "Ar šiuo kvitu apmokėta tam tikra sąskaita?",
		hint: "Įrašykite sąskaitos numerį ir sumokėtą sumą, kaip jie parašyti kvite.",
		reference: "Sąskaitos numeris",
		amount: "Sumokėta suma",
		check: "Patikrinti sąskaitą",
		yes: "Taip, šis kvitas patvirtina, kad sąskaita apmokėta.",
		no: "Ne, tokios sąskaitos su tokia suma kvite nėra.",
		missing: "Įrašykite sąskaitos numerį ir sumą, pavyzdžiui, 42,50.",
	},
	keys: (n) => `Raktai šiame puslapyje: ${n}`,
	specimen: { head: "Tai pavyzdys", text: "Kodas pasirašytas teisingai, bet už jį niekas nesumokėta." },
	findings: {
		valid: { head: "Kvitas tikras", text: "Palyginkite tai, kas parašyta žemiau, su popieriumi. Jei kas nors skiriasi, popierius pakeistas." },
		not_code: { head: "Tai ne kvito kodas", text: "Nuskaityta kas kita. Ieškokite kvite kvadratinio kodo. Dvylikos ženklų patikros kodas įrašomas puslapyje „Kur mano pinigai“ (/follow)." },
		damaged: { head: "Kodo nuskaityti nepavyko", text: "Kodas pažeistas arba nepilnas. Nuskaitykite jį dar kartą šviesesnėje vietoje." },
		malformed: {
			head: "Kvitas negalioja",
			text: "Kodas sudarytas ne pagal taisykles. Šiuo kvitu nepasikliaukite ir klauskite ten, kur jis išduotas.",
		},
		signature: {
			head: "Kvitas netikras",
			text: "Parašas neatitinka turinio: kvitas pakeistas arba suklastotas. Juo nepasikliaukite ir klauskite ten, kur jis išduotas.",
		},
		key_date: {
			head: "Kvitas negalioja",
			text: "Pasirašymo metu šis raktas negaliojo. Šiuo kvitu nepasikliaukite ir klauskite ten, kur jis išduotas.",
		},
		newer: { head: "Šis puslapis kvito patikrinti negali", text: "Kodas naujesnis už puslapį. Naujausią puslapį rasite savivaldybės svetainėje." },
		unknown_key: {
			head: "Šis puslapis kvito patvirtinti negali",
			text: "Išdavėjo rakto šiame puslapyje nėra. Atsisiųskite naujausią puslapį arba paskambinkite išdavėjui ir perskaitykite patikros kodą.",
		},
		compromised: {
			head: "Vien kodo nepakanka",
			text: "Raktas pateko į svetimas rankas. Paskambinkite išdavėjui ir perskaitykite patikros kodą.",
		},
		future: { head: "Kvito data yra ateityje", text: "Patikrinkite, ar šio įrenginio laikrodis rodo teisingai, ir bandykite dar kartą." },
	},
};

export const words: Record<Language, Words> = { lv, en, lt };
