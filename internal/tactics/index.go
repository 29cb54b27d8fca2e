package tactics

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"strings"
)

// Index is what the packages of a source tree declare.
type Index struct {
	packages map[string]*declared // by folder, "siyu" for the root
}

type declared struct {
	symbols map[string]bool            // "F", "T", "T.Method", "T.Field"
	shows   map[string]map[string]bool // of each example and test the words that it uses; of a program all under ""
}

// Load reads all Go files below the root of a tree.
func Load(tree fs.FS) (*Index, error) {
	x := &Index{packages: map[string]*declared{}}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		x.add(name, file)
		return nil
	})
	return x, err
}

// find returns the package whose folder is or ends with a name; programs are
// found by their folder only.
func (x *Index) find(name string) (*declared, error) {
	if p := x.packages[name]; p != nil {
		return p, nil
	}
	var found *declared
	for folder, p := range x.packages {
		if strings.HasSuffix(folder, "/"+name) && !strings.HasPrefix(folder, "examples/") {
			if found != nil {
				return nil, fmt.Errorf("several packages are called %s", name)
			}
			found = p
		}
	}
	if found == nil {
		return nil, fmt.Errorf("no package %s", name)
	}
	return found, nil
}

func (x *Index) add(name string, file *ast.File) {
	folder := path.Dir(name)
	if folder == "." {
		folder = "siyu"
	}
	p := x.packages[folder]
	if p == nil {
		p = &declared{map[string]bool{}, map[string]map[string]bool{}}
		x.packages[folder] = p
	}
	test := strings.HasSuffix(name, "_test.go")
	var shared []map[string]bool // helpers and variables beside the examples
	if strings.HasPrefix(folder, "examples/") {
		if p.shows[""] == nil {
			p.shows[""] = map[string]bool{}
		}
		maps.Copy(p.shows[""], words(file))
	}
	var shows []*ast.FuncDecl
	for _, d := range file.Decls {
		f, isFunc := d.(*ast.FuncDecl)
		switch {
		case test && isFunc && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Example") || strings.HasPrefix(f.Name.Name, "Test")):
			shows = append(shows, f)
		case test:
			shared = append(shared, words(d))
		case isFunc:
			p.symbols[receiver(f)+f.Name.Name] = true
		default:
			p.declare(d.(*ast.GenDecl))
		}
	}
	for _, f := range shows {
		used := words(f)
		for _, w := range shared {
			maps.Copy(used, w)
		}
		p.shows[f.Name.Name] = used
	}
}

func (p *declared) declare(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.ValueSpec:
			for _, n := range s.Names {
				p.symbols[n.Name] = true
			}
		case *ast.TypeSpec:
			p.symbols[s.Name.Name] = true
			fields := &ast.FieldList{}
			switch t := s.Type.(type) {
			case *ast.StructType:
				fields = t.Fields
			case *ast.InterfaceType:
				fields = t.Methods
			}
			for _, f := range fields.List {
				for _, n := range f.Names {
					p.symbols[s.Name.Name+"."+n.Name] = true
				}
			}
		}
	}
}

// receiver returns "T." for the methods of T and of its instances.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	t := f.Recv.List[0].Type
	for {
		switch e := t.(type) {
		case *ast.StarExpr:
			t = e.X
		case *ast.IndexExpr:
			t = e.X
		case *ast.IndexListExpr:
			t = e.X
		case *ast.Ident:
			return e.Name + "."
		default:
			return "?."
		}
	}
}

func words(n ast.Node) map[string]bool {
	used := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			used[id.Name] = true
		}
		return true
	})
	return used
}
