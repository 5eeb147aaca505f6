package staff

import "slices"

// The permissions that code asks for. Which role has which is data.
const (
	CounterServe = "counter.serve"
	VisitCorrect = "visit.correct"
	VisitRead    = "visit.read"
	ReportRead   = "report.read"
	ReportExport = "report.export"
	ReportLines  = "report.lines"
	NetworkRead  = "network.read"
	CatalogEdit  = "catalogue.edit"
	CentreEdit   = "centre.edit"
	Manage       = "staff.manage"
	JournalRead  = "journal.read"
	ActsImport   = "acts.import"
	TokenCreate  = "token.create"

	// Money: take it and take it back at a desk, see it, approve what somebody else did, carry it, account for it.
	PaymentTake   = "payment.take"
	PaymentVoid   = "payment.void"
	PaymentRead   = "payment.read"
	RefundApprove = "refund.approve"
	TillApprove   = "till.approve"
	TillRead      = "till.read"
	CashCollect   = "cash.collect"
	BankImport    = "bank.import"
	BillPut       = "bill.put"
	LedgerClose   = "ledger.close"
)

// Permissions are all permissions, in the order in which screens show them. A role with any other is refused, which finds typing mistakes.
var Permissions = []string{
	CounterServe, VisitCorrect, VisitRead, ReportRead, ReportExport, ReportLines, NetworkRead,
	CatalogEdit, CentreEdit, Manage, JournalRead, ActsImport, TokenCreate,
	PaymentTake, PaymentVoid, PaymentRead, RefundApprove, TillApprove, TillRead, CashCollect, BankImport, BillPut, LedgerClose,
}

// IsPermission tells whether the program knows the permission.
func IsPermission(name string) bool { return slices.Contains(Permissions, name) }
