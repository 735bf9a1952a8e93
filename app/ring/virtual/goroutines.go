//go:build linux

package virtual

import (
	"debug/dwarf"
	"debug/elf"
	endian "encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// A program's goroutines are counted from outside, so that it needs no door for it: the runtime's own list of them
// (allgs in runtime/proc.go) is read in the program's memory. It keeps those that have ended, to use them again; each
// says of itself how it stands.

// goroutineList is where a program has that list. All are addresses or offsets in its memory.
type goroutineList struct {
	length, first uint64 // of runtime.allglen and runtime.allgptr
	status        uint64 // of atomicstatus within a runtime.g
}

// The states in which a goroutine is none (runtime/runtime2.go). Those that the runtime has for itself count as well:
// they are always there.
const (
	goroutineIdle      = 0
	goroutineDead      = 6
	goroutineDeadExtra = 11
	goroutineScanned   = 0x1000 // besides a state: the garbage collector looks at it
)

// goroutines counts the program's goroutines. The program must be Go's, neither stripped nor position-independent.
func (p *Program) goroutines() (count int, err error) {
	list, err := p.goroutineList()
	if err != nil {
		return 0, err
	}
	file, err := os.Open(p.system("mem"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	m := memory{file: file}
	length := m.word(list.length) // before the list: it only grows, and moves when it does
	first := m.word(list.first)
	for i := range length {
		switch m.half(m.word(first+8*i)+list.status) &^ goroutineScanned {
		case goroutineIdle, goroutineDead, goroutineDeadExtra:
		default:
			count++
		}
		if m.err != nil {
			break
		}
	}
	return count, m.err
}

// memory reads numbers in a program's memory. After an error it reads zeros.
type memory struct {
	file io.ReaderAt
	err  error
}

func (m *memory) word(at uint64) uint64 { return endian.NativeEndian.Uint64(m.read(at, 8)) }
func (m *memory) half(at uint64) uint32 { return endian.NativeEndian.Uint32(m.read(at, 4)) }

func (m *memory) read(at uint64, size int) []byte {
	bytes := make([]byte, size)
	if m.err == nil {
		_, m.err = m.file.ReadAt(bytes, int64(at)) //nolint:gosec // a program has the lower half of the addresses
	}
	if m.err != nil {
		clear(bytes)
	}
	return bytes
}

// findGoroutineList looks into the file of a program.
func findGoroutineList(path string) (list goroutineList, err error) {
	file, err := elf.Open(path)
	if err != nil {
		return list, err
	}
	defer func() { _ = file.Close() }()
	if file.Type != elf.ET_EXEC || file.Class != elf.ELFCLASS64 {
		return list, errors.New("the program is not at a fixed address of 64 bits")
	}
	symbols, err := file.Symbols()
	if err != nil {
		return list, err
	}
	for _, s := range symbols {
		switch s.Name {
		case "runtime.allglen":
			list.length = s.Value
		case "runtime.allgptr":
			list.first = s.Value
		}
	}
	if list.length == 0 || list.first == 0 {
		return list, errors.New("the program does not tell where its goroutines are")
	}
	types, err := file.DWARF()
	if err != nil {
		return list, err
	}
	list.status, err = fieldOffset(types, "runtime", "runtime.g", "atomicstatus")
	return list, err
}

// fieldOffset finds where a struct of a package has a field.
func fieldOffset(types *dwarf.Data, pkg, structure, field string) (uint64, error) {
	r := types.Reader()
	for {
		e, err := r.Next()
		if err != nil {
			return 0, err
		}
		if e == nil {
			return 0, fmt.Errorf("there is no %s.%s in the program", structure, field)
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		if e.Tag == dwarf.TagCompileUnit && name == pkg || e.Tag != dwarf.TagCompileUnit && e.Tag != dwarf.TagStructType {
			continue
		}
		if e.Tag == dwarf.TagStructType && name == structure {
			t, err := types.Type(e.Offset)
			if err != nil {
				return 0, err
			}
			for _, f := range t.(*dwarf.StructType).Field {
				if f.Name == field {
					return uint64(f.ByteOffset), nil //nolint:gosec // never negative
				}
			}
		}
		r.SkipChildren()
	}
}
