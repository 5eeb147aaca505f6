package notice_test

import (
	"slices"
	"testing"

	"vienkopus/internal/payment"
	"vienkopus/internal/payment/notice"
	"vienkopus/internal/platform/journal"
)

// TestTheKindsThatTellAreNamed holds Tells against Of: a kind that is missing there would be told only when the follower comes round.
func TestTheKindsThatTellAreNamed(t *testing.T) {
	t.Parallel()
	told := 0
	for _, fact := range []journal.Fact{
		payment.MoneyTaken{}, payment.MoneyVoided{}, payment.MoneyRefunded{}, payment.MoneyReturned{}, payment.RefundRequested{}, payment.RefundDecided{},
		payment.ReceiptCopied{}, payment.CardAsked{}, payment.CardCharged{}, payment.CardRefused{}, payment.CardGivenUp{}, payment.CardCancelled{},
	} {
		_, tells := notice.Of(journal.Entry{Kind: fact.Kind(), Fact: fact})
		if tells != slices.Contains(notice.Tells(), fact.Kind()) {
			t.Errorf("%s tells: %v", fact.Kind(), tells)
		}
		told++
	}
	if all := payment.Facts(); len(all) != told {
		t.Errorf("%d facts, %d looked at", len(all), told)
	}
}
