package consent_test

import (
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/consent"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/personcode"
)

// hired enrols somebody with a role, and notes who she is unless number is "".
func hired(t *testing.T, w *paymenttest.World, site *apptest.Site, name, role, number string) id.ID {
	t.Helper()
	in := scope.Municipality(cesu)
	if role == "administrator" {
		in = scope.Network
	}
	who := site.Person(name, role, in, "").ID
	if number == "" {
		return who
	}
	if err := w.Staff.Identify(t.Context(), actor.System("test"), who, staff.NewCode{Kind: "LT-id", Number: number}, "identify:"+name); err != nil {
		t.Fatal(err)
	}
	return who
}

// With the accounts of real staff: she asks as a clerk and tries to agree by every sign-in that she can lay her hands on.
func TestNobodyAgreesToHerOwnQuestionByTheSignInOfAnother(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		ctx := t.Context()
		key, err := personcode.NewKey([]byte("a secret of thirty-two bytes....")) // as the node keeps it
		if err != nil {
			t.Fatal(err)
		}
		w.Staff.PersonKey = key
		site := apptest.New(t, w.App)
		w.Journal.Heed(staff.Rights{Service: w.Staff})
		clerk, again := hired(t, w, site, "Ilze", "clerk", "AAA11111"), hired(t, w, site, "Ilze2", "municipal-manager", "AAA11111")
		colleague, honest := hired(t, w, site, "Zane", "municipal-manager", "BBB22222"), hired(t, w, site, "Ivo", "municipal-manager", "CCC33333")
		operator := hired(t, w, site, "Ilze3", "administrator", "AAA11111")
		unknown := hired(t, w, site, "Nobody", "municipal-manager", "")
		by := func(who id.ID, role, desk, key string) journal.Request {
			return journal.Request{By: actor.Staff(who.String(), role), Desk: desk, Key: key}
		}
		if _, err := w.Till.Open(ctx, by(clerk, "clerk", desk, "open"), 2000); err != nil {
			t.Fatal(err)
		}
		o := onPaper(payment.Order{Cash: true, Items: []payment.Item{{Bill: tax(t, w, "NIN-0").ID, Cents: 100_000}}}, "A", 1, civil.MustDate("2026-07-01"))
		asked, err := w.Payment.Ask(ctx, by(clerk, "clerk", desk, "ask"), o)
		if err != nil {
			t.Fatal(err)
		}
		decide := func(who id.ID, key string) error {
			return w.Consent.Decide(ctx, by(who, "municipal-manager", "OFFICE-"+cesu, key), consent.Decision{Consent: asked, Municipality: cesu, Agreed: true})
		}
		paymenttest.WantFault(t, decide(again, "same"), fault.Forbidden, "staff.second_same")
		paymenttest.WantFault(t, decide(unknown, "unknown"), fault.Forbidden, "staff.second_unproven")
		if _, err := w.Proofs.MakeRecovery(ctx, actor.Staff(again.String(), "municipal-manager"), colleague, "peer"); err == nil {
			t.Error("she made a code for a colleague of the same rank")
		}
		// Under a third account, of somebody who may, she makes a code for a colleague, with which she signs in as her.
		if _, err := w.Proofs.MakeRecovery(ctx, actor.Staff(operator.String(), "administrator"), colleague, "code"); err != nil {
			t.Fatal(err)
		}
		paymenttest.WantFault(t, decide(colleague, "colleague"), fault.Forbidden, "staff.second_helped")
		if err := decide(honest, "honest"); err != nil {
			t.Errorf("an honest second person is refused: %v", err)
		}
	})
}
