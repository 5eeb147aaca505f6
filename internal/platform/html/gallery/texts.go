package gallery

// words are the sample texts of one language. They are samples of what features say, so they stand here and not in lang/.
type words struct {
	role, change, accessibility                          string
	pages                                                map[string]string
	client, anonymous, what, visit, search, searchHint   string
	service, ask, bring, fee, free, time                 string
	askText, bringText, timeText                         string
	consultation, application, document, call, unmet     string
	record, hold, closeVisit, undo                       string
	act, number, actDone, actUndone, waiting, unusual    string
	title, site, documents, payments, consultations, sum string
	month, months, summary                               string
	name, day, channel, note, yes, atDesk, phone, email  string
	nameError, dayError, hint, save                      string
	empty, emptyText, first                              string
	open, closed, near, lift, from                       string
	info, success, warning, danger                       string
}

var texts = map[string]words{"lv": latvian, "en": english, "lt": lithuanian}

var latvian = words{
	role: "klientu apkalpotāja", change: "Mainīt darba vietu", accessibility: "Piekļūstamība",
	pages: map[string]string{
		"components": "Elementi", "form": "Veidlapa", "table": "Pārskats", "counter": "Apkalpošana", "finder": "Centri",
		"forbidden": "Bez tiesībām", "internal": "Kļūda",
	},
	client: "Klients", anonymous: "Anonīms klients", what: "Kas vajadzīgs?", visit: "Šis apmeklējums",
	search: "Meklēt pakalpojumu", searchHint: "Klienta vārdiem, arī bez garumzīmēm: malka, bērna nauda, pase",
	service: "Pabalsts malkas iegādei", ask: "Jautājiet", bring: "Vajadzīgs", fee: "Maksa", free: "Bez maksas", time: "Termiņš",
	askText: "Vai mājoklī ir krāsns apkure? Cik cilvēku dzīvo mājsaimniecībā?", bringText: "Personu apliecinošs dokuments, iesniegums, ienākumu izziņa par pēdējiem trim mēnešiem",
	timeText:     "Viens mēnesis",
	consultation: "Konsultācija", application: "Iesniegums pašvaldībai", document: "Saņemts dokuments", call: "Atbildēts zvans", unmet: "Šeit nevarēja izdarīt",
	record: "Pierakstīt", hold: "Atlikt", closeVisit: "Beigt apmeklējumu", undo: "Atsaukt",
	act: "Darbība", number: "Nr.", actDone: "Pierakstīts", actUndone: "Atsaukts", waiting: "Gaida", unusual: "Neparasti: citās bibliotēkās maksājumu ir vairāk nekā dokumentu",
	title: "Cēsu novads, gads", site: "Vieta", documents: "Saņemtie dokumenti", payments: "Maksājumi", consultations: "Konsultācijas", sum: "Kopā",
	month: "Mēnesis", months: "Darbības pa mēnešiem", summary: "Visvairāk darbību ir oktobrī, kad piesakās malkas pabalstam; vismazāk jūlijā.",
	name: "Vārds, uzvārds", day: "Dzimšanas diena", channel: "Kanāls", note: "Piezīme", yes: "Klients piekrīt saņemt atgādinājumu", atDesk: "Klātienē", phone: "Pa tālruni", email: "E-pastā",
	nameError: "Ierakstiet vārdu un uzvārdu", dayError: "Šādas dienas nav: 31.02.2026", hint: "Tā, kā rakstīts dokumentā", save: "Saglabāt",
	empty: "Šodien vēl nav apmeklējumu", emptyText: "Sāciet ar to, kas klientam vajadzīgs; viņa vārds nav jāzina.", first: "Sākt apmeklējumu",
	open: "Atvērts līdz 17.00", closed: "Slēgts, atver rīt 8.00", near: "Tuvākie centri", lift: "Ir pacēlājs", from: "no jums",
	info: "Jauna pakalpojuma kārtība no 1. janvāra.", success: "Apmeklējums pabeigts, pierakstītas 3 darbības.",
	warning: "Varbūt jau samaksāts: 3. maija kvīts Nr. 12.", danger: "Printerim beidzies papīrs.",
}

var english = words{
	role: "client adviser", change: "Change desk", accessibility: "Accessibility",
	pages: map[string]string{
		"components": "Components", "form": "Form", "table": "Report", "counter": "Counter", "finder": "Centres",
		"forbidden": "Forbidden", "internal": "Error",
	},
	client: "Client", anonymous: "Anonymous client", what: "What is needed?", visit: "This visit",
	search: "Search for a service", searchHint: "In the client's words: firewood, child money, passport",
	service: "Firewood benefit", ask: "Ask", bring: "Needed", fee: "Fee", free: "Free of charge", time: "Time",
	askText: "Is the home heated by a stove? How many people live in the household?", bringText: "Identity document, application, proof of income for the last three months",
	timeText:     "One month",
	consultation: "Consultation", application: "Application to the municipality", document: "Document received", call: "Call answered", unmet: "Could not be done here",
	record: "Record", hold: "Put on hold", closeVisit: "Close the visit", undo: "Undo",
	act: "Act", number: "No.", actDone: "Recorded", actUndone: "Undone", waiting: "Waiting", unusual: "Unusual: other libraries have more payments than documents",
	title: "Cēsis municipality, one year", site: "Place", documents: "Documents received", payments: "Payments", consultations: "Consultations", sum: "Total",
	month: "Month", months: "Acts by month", summary: "Most acts are in October, when people apply for the firewood benefit; fewest in July.",
	name: "Name and surname", day: "Date of birth", channel: "Channel", note: "Note", yes: "The client agrees to a reminder", atDesk: "In person", phone: "By telephone", email: "By e-mail",
	nameError: "Enter the name and surname", dayError: "There is no such day: 31.02.2026", hint: "As written in the document", save: "Save",
	empty: "No visits yet today", emptyText: "Begin with what the client needs; you need not know the name.", first: "Start a visit",
	open: "Open until 17:00", closed: "Closed, opens tomorrow at 8:00", near: "Nearest centres", lift: "Has a lift", from: "from you",
	info: "New rules for the service from 1 January.", success: "Visit closed, 3 acts recorded.",
	warning: "Perhaps already paid: receipt 12 of 3 May.", danger: "The printer is out of paper.",
}

var lithuanian = words{
	role: "klientų konsultantė", change: "Keisti darbo vietą", accessibility: "Prieinamumas",
	pages: map[string]string{
		"components": "Elementai", "form": "Forma", "table": "Ataskaita", "counter": "Aptarnavimas", "finder": "Centrai",
		"forbidden": "Neturite teisės", "internal": "Klaida",
	},
	client: "Klientas", anonymous: "Anoniminis klientas", what: "Ko reikia?", visit: "Šis apsilankymas",
	search: "Ieškoti paslaugos", searchHint: "Kliento žodžiais: malkos, vaiko pinigai, pasas",
	service: "Išmoka malkoms įsigyti", ask: "Klauskite", bring: "Reikia", fee: "Mokestis", free: "Nemokamai", time: "Terminas",
	askText: "Ar būstas šildomas krosnimi? Kiek žmonių gyvena namų ūkyje?", bringText: "Asmens dokumentas, prašymas, pažyma apie paskutinių trijų mėnesių pajamas",
	timeText:     "Vienas mėnuo",
	consultation: "Konsultacija", application: "Prašymas savivaldybei", document: "Gautas dokumentas", call: "Atsiliepta į skambutį", unmet: "Čia padaryti nebuvo galima",
	record: "Įrašyti", hold: "Atidėti", closeVisit: "Baigti apsilankymą", undo: "Atšaukti",
	act: "Veiksmas", number: "Nr.", actDone: "Įrašyta", actUndone: "Atšaukta", waiting: "Laukia", unusual: "Neįprasta: kitose bibliotekose mokėjimų daugiau nei dokumentų",
	title: "Cėsių savivaldybė, metai", site: "Vieta", documents: "Gauti dokumentai", payments: "Mokėjimai", consultations: "Konsultacijos", sum: "Iš viso",
	month: "Mėnuo", months: "Veiksmai pagal mėnesius", summary: "Daugiausia veiksmų spalį, kai prašoma išmokos malkoms; mažiausiai liepą.",
	name: "Vardas, pavardė", day: "Gimimo data", channel: "Kanalas", note: "Pastaba", yes: "Klientas sutinka gauti priminimą", atDesk: "Gyvai", phone: "Telefonu", email: "El. paštu",
	nameError: "Įrašykite vardą ir pavardę", dayError: "Tokios dienos nėra: 31.02.2026", hint: "Taip, kaip parašyta dokumente", save: "Išsaugoti",
	empty: "Šiandien apsilankymų dar nėra", emptyText: "Pradėkite nuo to, ko klientui reikia; vardo žinoti nebūtina.", first: "Pradėti apsilankymą",
	open: "Dirba iki 17.00", closed: "Nedirba, atidaroma rytoj 8.00", near: "Artimiausi centrai", lift: "Yra keltuvas", from: "nuo jūsų",
	info: "Nuo sausio 1 d. – nauja paslaugos tvarka.", success: "Apsilankymas baigtas, įrašyti 3 veiksmai.",
	warning: "Gal jau sumokėta: gegužės 3 d. kvitas Nr. 12.", danger: "Spausdintuve baigėsi popierius.",
}
