package html

// icons are 24 × 24 strokes drawn for this house; each always stands beside words.
var icons = map[string]string{
	"check":    "M20 6 9 17l-5-5",
	"info":     "M12 11v6M12 7.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
	"warning":  "M12 9v5M12 17.5v.01M12 3.5 2.5 20h19L12 3.5Z",
	"error":    "M8.5 8.5l7 7M15.5 8.5l-7 7M8 3h8l5 5v8l-5 5H8l-5-5V8l5-5Z",
	"local":    "M4 5h16v11H4zM9 20h6M12 16v4",
	"clock":    "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
	"lost":     "M3 3l18 18M8.5 16.4a5 5 0 0 1 7 0M5 12.9a10 10 0 0 1 5-2.6M14 10.2a10 10 0 0 1 5 2.7M12 20v.01",
	"printer":  "M7 9V3h10v6M7 17H4v-8h16v8h-3M7 14h10v7H7z",
	"search":   "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 21 21",
	"place":    "M12 21s7-6.3 7-11.5a7 7 0 0 0-14 0C5 14.7 12 21 12 21ZM12 7.5a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z",
	"person":   "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
	"phone":    "M6 3h4l1.5 5-2.5 2a12 12 0 0 0 5 5l2-2.5 5 1.5v4a2 2 0 0 1-2 2A17 17 0 0 1 4 5a2 2 0 0 1 2-2Z",
	"document": "M6 3h8l4 4v14H6zM14 3v5h4M9 13h6M9 17h6",
	"letter":   "M3 6h18v13H3zM3 7l9 7 9-7",
	"pause":    "M9 5v14M15 5v14",
	"undo":     "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12H9",
	"up":       "M12 19V5M6 11l6-6 6 6",
	"down":     "M12 5v14M6 13l6 6 6-6",
	"lift":     "M12 4a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM11 9v6h5l2 5M8 12a5 5 0 1 0 6 6.5",
	"closed":   "M5 12h14M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
	"export":   "M12 3v12M7 10l5 5 5-5M4 20h16",
	"none":     "",
}
