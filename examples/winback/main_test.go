package main

func Example() {
	main()
	// Output:
	// li is churned; "order" lacks: the window closed without the next step
	// wang is churned; "consult" lacks: the window closed without the next step
	// zhao is dormant; "order" lacks: the window is still open
	// li: send now on wecom
	//   with a coupon until 2026-07-14
	// wang: send now on wecom
	//   without a coupon: sold out
	// zhao: send now on wecom
	// sun: not in the audience
}
