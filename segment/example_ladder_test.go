package segment_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// 三到原则: from free to paid, from low to high price, from category A to category
// B. The insurance is for those who have a fund, and nobody is asked twice in a
// week.
func ExampleLadder() {
	l := segment.Ladder{CoolDown: segment.Days(7), Steps: []segment.Step{
		{ID: "0元课"},
		{ID: "1元实操课", Price: 1_00},
		{ID: "高价课", Price: 2_999_00, Needs: []string{"1元实操课"}},
		{ID: "基金定投", Price: 1_000_00},
		{ID: "保险", Price: 5_000_00, Needs: []string{"基金定投"}},
	}}
	now := when("2026-06-30T00:00:00Z")
	for _, c := range []segment.Climber{
		{},
		{Owned: []string{"0元课"}},
		{Owned: []string{"1元实操课"}},
		{Owned: []string{"高价课"}, Held: []string{"基金定投"}},
		{Owned: []string{"基金定投"}},
		{Owned: []string{"0元课"}, Last: now.Add(-24 * time.Hour)},
	} {
		o := l.Next(c, now)
		fmt.Println(c.Owned, o.Step.ID, o.Reason.Text(siyu.Chinese), o.Missing)
	}
	// Output:
	// [] 0元课 可以推荐下一档 map[]
	// [0元课] 1元实操课 可以推荐下一档 map[]
	// [1元实操课] 高价课 可以推荐下一档 map[]
	// [高价课]  上面各档被保留或缺少前置条件 map[保险:[基金定投] 基金定投:[]]
	// [基金定投] 保险 可以推荐下一档 map[]
	// [0元课]  距上次推荐时间太短 map[]
}
