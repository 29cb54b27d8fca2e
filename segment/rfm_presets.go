package segment

// TenBoxes is the widespread naming of five-level scores in ten groups, with
// the ranges of the R package rfm. The groups overlap, so the order decides,
// and some scores are in none (see [RFMBoxes.Uncovered]).
func TenBoxes() RFMBoxes {
	return RFMBoxes{Levels: 5, Others: "Others", Boxes: []RFMBox{
		{"Champions", Levels{5, 5}, Levels{5, 5}, Levels{5, 5}},
		{"Potential Loyalist", Levels{3, 5}, Levels{3, 5}, Levels{2, 5}},
		{"Loyal Customers", Levels{2, 4}, Levels{2, 4}, Levels{2, 4}},
		{"Promising", Levels{3, 4}, Levels{1, 3}, Levels{3, 5}},
		{"New Customers", Levels{4, 5}, Levels{1, 3}, Levels{1, 5}},
		{"Can't Lose Them", Levels{1, 2}, Levels{3, 4}, Levels{4, 5}},
		{"At Risk", Levels{1, 2}, Levels{2, 5}, Levels{4, 5}},
		{"Need Attention", Levels{1, 3}, Levels{3, 5}, Levels{3, 5}},
		{"About To Sleep", Levels{2, 3}, Levels{1, 3}, Levels{1, 4}},
		{"Lost", Levels{1, 1}, Levels{1, 5}, Levels{1, 5}},
	}}
}

// QuartileBoxes names four-level scores in five groups, as pymc-marketing does
// by default: Premium (upper half in all three), Repeat (in frequency and one
// other), Top Spender (in amount), At Risk, Inactive, and Other.
func QuartileBoxes() RFMBoxes {
	box := func(name string, r, f, m Levels) RFMBox { return RFMBox{name, r, f, m} }
	one := func(level int) Levels { return Levels{level, level} }
	return RFMBoxes{Levels: 4, Others: "Other", Boxes: []RFMBox{
		box("Premium Customer", Levels{3, 4}, Levels{3, 4}, Levels{3, 4}),
		box("Repeat Customer", one(2), one(3), Levels{2, 4}),
		box("Repeat Customer", one(2), one(4), Levels{2, 4}),
		box("Repeat Customer", one(3), one(3), one(2)),
		box("Repeat Customer", one(1), one(4), one(3)),
		box("Top Spender", Levels{3, 4}, Levels{1, 2}, Levels{3, 4}),
		box("Top Spender", Levels{1, 2}, one(2), one(4)),
		box("Top Spender", one(1), Levels{3, 4}, one(4)),
		box("Top Spender", one(1), one(3), one(3)),
		box("At Risk Customer", Levels{1, 4}, one(2), one(2)),
		box("At Risk Customer", Levels{1, 2}, one(2), one(3)),
		box("At Risk Customer", Levels{2, 4}, one(1), one(2)),
		box("At Risk Customer", one(1), one(3), one(2)),
		box("At Risk Customer", one(2), one(1), one(4)),
		box("Inactive Customer", Levels{1, 4}, one(1), one(1)),
		box("Inactive Customer", one(1), one(1), Levels{2, 4}),
	}}
}
