module github.com/siyu-go/siyu

go 1.26
