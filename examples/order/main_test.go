package main

func Example() {
	main()
	// Output:
	// in the transaction redeemed; committed false: 0 orders, coupon claimed
	// in the transaction redeemed; committed true: 1 orders, coupon redeemed
	// for another order: already redeemed
}
