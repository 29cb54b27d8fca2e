module github.com/siyu-go/siyu/bench

go 1.26

require github.com/siyu-go/siyu v0.0.0

replace github.com/siyu-go/siyu => ..
