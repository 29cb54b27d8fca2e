package clickhouse_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/store/clickhouse"
)

func ExampleCompileFunnel() {
	loan := funnel.Definition{
		Steps:  []funnel.Step{{Event: "lead"}, {Event: "application"}, {Event: "loan.paid"}},
		Window: 30 * 24 * time.Hour,
	}
	query, err := clickhouse.CompileFunnel(clickhouse.Events{Table: "bank.events"}, loan)
	fmt.Println(query.SQL, err)
	fmt.Println(query.Params)

	loan.Exclusions = []funnel.Exclusion{{Event: "loan.refused", FromStep: 0, ToStep: 2}}
	_, err = clickhouse.CompileFunnel(clickhouse.Events{Table: "bank.events"}, loan)
	fmt.Println(errors.Is(err, clickhouse.ErrUnsupported), err)
	// Output:
	// SELECT countIf(level >= 1), countIf(level >= 2), countIf(level >= 3) FROM (SELECT windowFunnel(2592000000000)(toUInt64(toUnixTimestamp64Micro(`at`) + 62135596800000000), (`name` = {p0:String}), (`name` = {p1:String}), (`name` = {p2:String})) AS level FROM `bank`.`events` WHERE ((`name` = {p0:String}) OR (`name` = {p1:String}) OR (`name` = {p2:String})) GROUP BY `user_id`) <nil>
	// map[p0:lead p1:application p2:loan.paid]
	// true clickhouse: exclusions is not pushed down: windowFunnel has none
}
