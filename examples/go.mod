module github.com/siyu-go/siyu/examples

go 1.26

require (
	github.com/siyu-go/siyu v0.0.0
	github.com/siyu-go/siyu/store/sqlstore v0.0.0
)

replace (
	github.com/siyu-go/siyu => ..
	github.com/siyu-go/siyu/store/sqlstore => ../store/sqlstore
)
