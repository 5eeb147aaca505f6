package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// ready is what a child says when it answers: where, and the tokens of its clients.
type ready struct {
	Address string   `json:"address"`
	Tokens  []string `json:"tokens"`
}

// child is a server in a process of its own, so that its cost can be told from that of the load.
type child struct {
	ready
	cmd   *exec.Cmd
	stdin io.Closer
}

// patience is how long a child may take until it answers, filling its database.
const patience = 5 * time.Minute

// start runs a program that prints a line of JSON when it answers and ends when its input ends, so that nothing is left
// running when the bench is killed.
func start(ctx context.Context, program string, args ...string) (*child, error) {
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // our own programs
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("child: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("child: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("child: %w", err)
	}
	c := &child{cmd: cmd, stdin: in}
	late := time.AfterFunc(patience, func() { c.kill() })
	defer late.Stop()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &c.ready)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("child: %s did not answer: %w", program, err), c.stop())
	}
	return c, nil
}

// stop ends the child by the end of its input and waits for it.
func (c *child) stop() error {
	late := time.AfterFunc(time.Minute, func() { c.kill() })
	defer late.Stop()
	err := c.stdin.Close()
	if werr := c.cmd.Wait(); werr != nil {
		err = errors.Join(err, fmt.Errorf("child: %w", werr))
	}
	return err
}

func (c *child) kill() {
	if err := c.cmd.Process.Kill(); err != nil {
		fmt.Fprintln(os.Stderr, "bench: child:", err)
	}
}

// ticks is how many units of time in /proc make a second on Linux, on every machine that Go runs on.
const ticks = 100

// cpu returns the time that the child has spent computing, in its own code and in the kernel for it.
func (c *child) cpu() (time.Duration, error) { return cpuOf(c.cmd.Process.Pid) }

// cpuOf reads fields 14 and 15 of /proc/PID/stat. Source: proc(5).
func cpuOf(pid int) (time.Duration, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, fmt.Errorf("cpu: %w", err)
	}
	_, behind, _ := strings.Cut(string(text), ") ") // the name in brackets may hold spaces
	fields := strings.Fields(behind)
	if len(fields) < 13 {
		return 0, errors.New("cpu: /proc has another form")
	}
	var sum int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("cpu: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * (time.Second / ticks), nil
}

// memoryOf returns a line of /proc/PID/status in bytes: VmRSS is what is resident now, VmHWM the most that ever was.
func memoryOf(pid int, what string) (int64, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name != what {
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("memory: %w", err)
		}
		return kib << 10, nil
	}
	return 0, fmt.Errorf("memory: no %s in /proc", what)
}
