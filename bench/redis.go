package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// redisServer is a Redis of our own on loopback, its files in a temporary folder.
type redisServer struct {
	cmd     *exec.Cmd
	address string
	dir     string
}

// startRedis installs Debian's redis-server if there is none, and starts one
// with the arguments.
func startRedis(args ...string) (*redisServer, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		if out, err := exec.Command("../scripts/apt-install", "redis-server").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("installing redis-server: %w\n%s", err, out)
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := free.Addr().String()
	free.Close()
	dir, err := os.MkdirTemp("", "siyu-bench-")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(address)
	args = append([]string{"--bind", "127.0.0.1", "--port", port, "--dir", dir, "--save", ""}, args...)
	s := &redisServer{cmd: exec.Command("redis-server", args...), address: address, dir: dir}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if c, err := s.dial(); err == nil {
			return s, c.Close()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return nil, errors.Join(errors.New("redis-server does not answer"), s.stop())
}

func (s *redisServer) stop() error {
	err := s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed, and says so
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *redisServer) dial() (*redisConn, error) {
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		return nil, err
	}
	return &redisConn{Conn: c, in: bufio.NewReader(c)}, nil
}

// redisConn speaks as much of the protocol as the workloads need: commands of
// strings, answered by an integer or a string.
type redisConn struct {
	net.Conn

	in  *bufio.Reader
	out []byte
}

// text sends a command and returns its answer in the form of the protocol's
// first line, or the string that follows it.
func (c *redisConn) text(args ...string) (string, error) {
	c.out = append(strconv.AppendInt(append(c.out[:0], '*'), int64(len(args)), 10), "\r\n"...)
	for _, a := range args {
		c.out = append(strconv.AppendInt(append(c.out, '$'), int64(len(a)), 10), "\r\n"...)
		c.out = append(append(c.out, a...), "\r\n"...)
	}
	if _, err := c.Write(c.out); err != nil {
		return "", err
	}
	line, err := c.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	kind, rest := line[0], strings.TrimSpace(line[1:])
	switch kind {
	case '-':
		return "", errors.New("redis: " + rest)
	case '$':
		size, err := strconv.Atoi(rest)
		if err != nil || size < 0 {
			return "", fmt.Errorf("redis: unexpected answer %q", line)
		}
		data := make([]byte, size+2)
		if _, err := io.ReadFull(c.in, data); err != nil {
			return "", err
		}
		return string(data[:size]), nil
	}
	return rest, nil
}

func (c *redisConn) integer(args ...string) (int64, error) {
	text, err := c.text(args...)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

// cpu returns the seconds of user and system time that the server has taken.
func (c *redisConn) cpu() (float64, error) {
	info, err := c.text("INFO", "cpu")
	if err != nil {
		return 0, err
	}
	var sum float64
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_sys" || name == "used_cpu_user" {
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 0, err
			}
			sum += seconds
		}
	}
	return sum, nil
}
