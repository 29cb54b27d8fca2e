package persona_test

// get is for examples, whose errors would be mistakes in the example.
func get[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
