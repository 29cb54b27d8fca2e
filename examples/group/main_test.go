package main

func Example() {
	main()
	// Output:
	// u198 opens course-2
	// u396 opens course-3
	// u7 scans again and is led to course-1 true
	// course-1 200
	// course-2 200
	// course-3 56
}
