package crashtest

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Trace is what children have done to the files of a directory, in order, and what they have said meanwhile.
type Trace struct {
	// Dir is the directory. What lies in it when the trace begins counts as being on the disk.
	Dir string
	// Said are the lines that the children said; one is said from its own place in the trace on.
	Said []Saying

	files map[string][]byte   // what lay there at the beginning, by name
	left  []map[string][]byte // what lay there behind each child
	ops   []op
	safe  []int // of each op, from which place on a power cut cannot undo it
	ends  int   // lines of all recordings so far: places in the trace
	runs  int
}

// Saying is a line that a child said, and where in the trace.
type Saying struct {
	Line string
	At   int
}

// op is one thing that was done to a file, or to a name in the directory. It begins and ends at places in the trace: between them it may have happened in part.
type op struct {
	begins, ends int
	kind         kind
	name         string // in the directory; "" for the directory itself
	at           int64  // where a write begins, or the size to which a file is cut
	data         []byte
}

type kind int

const (
	writes  kind = iota
	cuts         // a file is made shorter, or longer with zeros
	makes        // a name comes
	unlinks      // a name goes
	syncs        // a file, or the names of the directory
)

// NewTrace begins a trace of what happens in a directory.
func NewTrace(t *testing.T, dir string) *Trace {
	t.Helper()
	tr := &Trace{Dir: dir}
	tr.files = tr.lying(t)
	return tr
}

// lying is what lies in the directory.
func (tr *Trace) lying(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := os.ReadDir(tr.Dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, n := range names {
		if files[n.Name()], err = os.ReadFile(filepath.Join(tr.Dir, n.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// calls are all by which a file can come to be another one. Those that read does not know are refused where they meet the directory.
const calls = "?open,?openat,?openat2,?creat,write,?writev,pwrite64,?pwritev,?pwritev2,fsync,fdatasync,?msync,?sync_file_range,ftruncate,?truncate,fallocate," +
	"?unlink,unlinkat,?rename,?renameat,renameat2,?link,linkat,?symlink,symlinkat,?copy_file_range,?sendfile,?splice,mmap"

// Child starts a child like Start, and records it. Its end must be waited for, with Die or End, before the next one begins and before Read.
func (tr *Trace) Child(t *testing.T, part any, lines []string) *Child {
	t.Helper()
	if tr.runs++; tr.runs > 1 {
		tr.left = append(tr.left, tr.lying(t))
	}
	args := []string{"-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "10000000", "-e", "signal=none", "-e", "trace=" + calls, "-o", tr.file(t, tr.runs), os.Args[0]}
	return begin(t, exec.CommandContext(t.Context(), "strace", args...), part, lines) //nolint:gosec // itself, watched
}

// file is where a recording goes: beside the directory, so that it records nothing of itself.
func (tr *Trace) file(t *testing.T, run int) string {
	t.Helper()
	return fmt.Sprintf("%s.trace-%d", tr.Dir, run)
}

// Read takes in what was recorded of the children that are gone.
func (tr *Trace) Read(t *testing.T) {
	t.Helper()
	tr.left = append(tr.left, tr.lying(t))
	for run := 1; run <= tr.runs; run++ {
		path := tr.file(t, run)
		f, err := os.Open(path) //nolint:gosec // a recording of the test's own
		if err != nil {
			t.Fatal(err)
		}
		first := len(tr.ops)
		if err := tr.read(f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		tr.settle(tr.ops[first:], tr.left[run-1])
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	tr.runs = 0
	tr.safe = tr.durable()
}

// settle says what became of that in which a child was killed: the next one finds it done, or not.
func (tr *Trace) settle(ops []op, left map[string][]byte) {
	for i := range ops {
		o := &ops[i]
		if o.ends != never || o.kind == syncs { // a sync that did not end has promised nothing
			continue
		}
		o.ends = tr.ends
		data, there := left[o.name]
		done := map[kind]bool{writes: int64(len(data)) > o.at, cuts: int64(len(data)) == o.at, makes: there, unlinks: !there}[o.kind]
		switch {
		case !done:
			*o = op{begins: never, ends: never, kind: syncs}
		case o.kind == writes:
			o.data = data[o.at:min(o.at+int64(len(o.data)), int64(len(data)))]
		}
	}
}

// call is one call as strace writes it: process, name, arguments, and what it returned.
type call struct {
	begins, ends int
	name, args   string
	result       string
}

// read takes in one recording. A call that another one interrupts is written in two parts; one of a process that was killed has no second part, and
// may have happened.
func (tr *Trace) read(f *os.File) error {
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<26)
	open := map[string]*call{} // by process
	var all []*call
	for lines.Scan() {
		tr.ends++
		pid, text, _ := strings.Cut(lines.Text(), " ")
		text = strings.TrimSpace(text)
		if resumed, is := strings.CutPrefix(text, "<... "); is {
			c := open[pid]
			_, rest, ok := strings.Cut(resumed, " resumed>")
			if c == nil || !ok {
				return fmt.Errorf("nothing is resumed by %.200s", text)
			}
			delete(open, pid)
			c.args += rest
			c.ends = tr.ends
			c.close()
			continue
		}
		name, args, ok := strings.Cut(text, "(")
		if !ok {
			continue // "+++ killed by SIGKILL +++"
		}
		c := &call{begins: tr.ends, ends: never, name: name, args: args}
		all = append(all, c)
		if begun, _, is := strings.Cut(args, "<unfinished ...>"); is {
			c.args = begun
			open[pid] = c
			continue
		}
		if begun, _, is := strings.Cut(args, "<detached ...>"); is { // the process was killed meanwhile
			c.args = begun
			continue
		}
		c.ends = tr.ends
		c.close()
	}
	if err := lines.Err(); err != nil {
		return err
	}
	for _, c := range all {
		if err := tr.take(c); err != nil {
			return fmt.Errorf("%s(%.200s): %w", c.name, c.args, err)
		}
	}
	return nil
}

// close parts the arguments from the result; "?" is that of a process that was killed meanwhile.
func (c *call) close() {
	if i := strings.LastIndex(c.args, ") "); i >= 0 {
		c.args, c.result = c.args[:i], strings.TrimPrefix(strings.TrimSpace(c.args[i+1:]), "= ")
	}
	if strings.HasPrefix(c.result, "?") {
		c.ends, c.result = never, ""
	}
}

// never is behind every place.
const never = int(^uint(0) >> 1)

// take makes an op of a call that concerns the directory, or a saying of one that wrote to the standard output.
func (tr *Trace) take(c *call) error {
	if strings.HasPrefix(c.result, "-1") {
		return nil
	}
	args := strings.Split(c.args, ", ")
	if c.name == "write" && strings.HasPrefix(args[0], "1<") {
		text, err := unhex(args[1])
		for line := range strings.Lines(string(text)) {
			tr.Said = append(tr.Said, Saying{strings.TrimSpace(line), c.begins})
		}
		return err
	}
	switch c.name {
	case "open", "openat":
		return tr.opened(c, args)
	case "unlink", "unlinkat":
		if c.name == "unlinkat" { // which says in which directory first
			args = args[1:]
		}
		name, inside, err := tr.inside(args[0])
		if inside {
			tr.ops = append(tr.ops, op{begins: c.begins, ends: c.ends, kind: unlinks, name: name})
		}
		return err
	}
	_, path, _ := strings.Cut(args[0], "<")
	if c.name == "mmap" && len(args) > 4 {
		if !strings.Contains(args[2], "PROT_WRITE") || !strings.Contains(args[3], "MAP_SHARED") {
			return nil
		}
		_, path, _ = strings.Cut(args[4], "<")
	}
	name, inside, err := tr.inside(strings.TrimSuffix(path, ">"))
	if err != nil || !inside {
		return err
	}
	return tr.changed(c, name, args)
}

// changed makes an op of what was done to an open file.
func (tr *Trace) changed(c *call, name string, args []string) error {
	o := op{begins: c.begins, ends: c.ends, name: name}
	var err error
	switch c.name {
	case "pwrite64":
		o.kind = writes
		if o.data, err = unhex(args[1]); err == nil {
			o.at, err = strconv.ParseInt(strings.TrimSpace(args[3]), 10, 64)
		}
		if c.result != strconv.Itoa(len(o.data)) { // killed, or on a full disk: it may be there in part, and no sync covers it
			o.ends = never
		}
	case "ftruncate":
		o.kind = cuts
		o.at, err = strconv.ParseInt(strings.TrimSpace(args[1]), 10, 64)
	case "fsync", "fdatasync":
		o.kind = syncs
	default:
		if strings.HasSuffix(name, "-shm") { // shared memory is nobody's memory after a power cut
			return nil
		}
		return fmt.Errorf("nobody knows what that does to a file")
	}
	tr.ops = append(tr.ops, o)
	return err
}

// opened makes an op of a name that comes, and of a file that is emptied.
func (tr *Trace) opened(c *call, args []string) error {
	if c.name == "openat" {
		args = args[1:]
	}
	name, inside, err := tr.inside(args[0])
	if err != nil || !inside || len(args) < 2 {
		return err
	}
	if strings.Contains(args[1], "O_CREAT") {
		tr.ops = append(tr.ops, op{begins: c.begins, ends: c.ends, kind: makes, name: name})
	}
	if strings.Contains(args[1], "O_TRUNC") {
		tr.ops = append(tr.ops, op{begins: c.begins, ends: c.ends, kind: cuts, name: name})
	}
	return nil
}

// inside tells whether a path, in hexadecimal, leads into the directory, and to what name; the directory itself is "".
func (tr *Trace) inside(text string) (name string, inside bool, err error) {
	text = strings.TrimSpace(text)
	gone := strings.HasSuffix(text, "(deleted)")
	text = strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(text, "(deleted)")), ">")
	path, err := unhex(text)
	if err != nil || gone { // written into a file that has no name any more
		return "", false, nil //nolint:nilerr // a pipe or a socket has no path
	}
	rest, inside := strings.CutPrefix(string(path), tr.Dir)
	if !inside || rest != "" && !strings.HasPrefix(rest, "/") {
		return "", false, nil
	}
	name = strings.TrimPrefix(rest, "/")
	if strings.Contains(name, "/") {
		return "", false, fmt.Errorf("a directory in the directory: %s", name)
	}
	return name, true, nil
}

// unhex reads a string as strace writes it: \x2f\x74.
func unhex(text string) ([]byte, error) {
	text = strings.Trim(strings.TrimSpace(text), `"`)
	return hex.DecodeString(strings.ReplaceAll(text, `\x`, ""))
}
