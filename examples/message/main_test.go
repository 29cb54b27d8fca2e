package main

func Example() {
	main()
	// Output:
	// bonds goes out by wecom
	// course waits until 2026-03-03T01:00:00Z
	// coupons goes out by wecom
	// lecture does not: a frequency cap is reached; it may from 2026-03-09T02:00:00Z
	// receipt goes out by wecom
}
