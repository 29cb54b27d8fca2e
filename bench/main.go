// Command bench compares the library with its peers; see docs/performance.md.
package main

func main() {}
