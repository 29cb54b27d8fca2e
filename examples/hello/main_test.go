package main

import (
	"os"
	"strings"
	"testing"
)

func Example() {
	main()
	// Output:
	// pays 45600.00 - 4000.00 CNY more for 1600.00 CNY off
	// claimed 3 redeemed 1 - remind [wang zhao]
}

// The READMEs show the program as it is here.
func TestReadmesShowThisProgram(t *testing.T) {
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	program := string(source)
	program = program[strings.Index(program, "func main() {"):strings.Index(program, "\n// events yields")]
	for _, name := range []string{"../../README.md", "../../README.zh-CN.md"} {
		readme, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(readme), program) {
			t.Errorf("%s does not show the program of main.go", name)
		}
	}
}
