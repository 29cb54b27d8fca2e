package main

func Example() {
	main()
	// Output:
	// li invests: chen earns 50.00
	// wang invests: chen earns 50.00
	// zhao invests: chen earns 80.00
	// sun invites li: bound to another inviter already
	// li takes it back: chen loses -80.00
	// paid 100.00 - sent again, still 100.00
}
