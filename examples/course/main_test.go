package main

func Example() {
	main()
	// Output:
	// 你好,我是专属理财导师小京老师,从业6年。
	// li has jing-1 and is in 2026-03-03 学习群
	// wang has jing-2 and is in 2026-03-03 学习群
	// zhao has jing-1 and is in 2026-03-03 学习群
	// 03-03 18:00 li 欢迎老乡
	// 03-03 18:00 wang 欢迎老乡
	// 03-03 18:00 zhao 欢迎老乡
	// 03-05 20:00 wang remind:3
	// 03-05 20:00 zhao remind:3
	// 03-06 20:00 zhao remind:4
	// 03-07 20:00 zhao remind:5
	// 03-08 20:00 wang remind:6
	// 03-08 20:00 zhao remind:6
	// 03-09 20:00 zhao remind:7
	// 03-09 21:00 zhao encourage
	// 03-09 21:00 li graduate
	// 03-09 21:00 wang graduate
	// li 最后1个名额,1.8折 539.82 paid
	// wang graduated; no seat is left
	// persona.assign 3
	// persona.join 3
	// course.enrolled 3
	// course.checked_in 3
	// course.graduated 2
	// offer.paid 1
	// talk to [zhao]
}
