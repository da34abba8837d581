// Command stackclient is the Go contender of bench/stack.sh: the client of dev.adit.bench.LoadClient on wireguard-go's
// device and gVisor's TCP/IP, which are joined one packet at a time, as wireguard-go's own tun/netstack joins them.
//
//	stackclient PRIVATE-KEY ADDRESS PEER-KEY PEER-ADDRESS PEER-ENDPOINT MTU PORT
//
// Keys are hexadecimal. Reads commands from standard input and answers each with a line, as LoadClient does.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.zx2c4.com/wireguard/conn"
	"golang.zx2c4.com/wireguard/device"
	"golang.zx2c4.com/wireguard/tun"
	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

// stackTun is a TUN whose other side is gVisor's stack.
type stackTun struct {
	endpoint *channel.Endpoint
	mtu      int
	events   chan tun.Event
	packets  chan *buffer.View
}

func newStackTun(address netip.Addr, mtu int) (*stackTun, *stack.Stack) {
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	sack := tcpip.TCPSACKEnabled(true)
	must(s.SetTransportProtocolOption(tcp.ProtocolNumber, &sack))
	send := tcpip.TCPSendBufferSizeRangeOption{Min: 4096, Default: 1 << 20, Max: 8 << 20}
	must(s.SetTransportProtocolOption(tcp.ProtocolNumber, &send))
	receive := tcpip.TCPReceiveBufferSizeRangeOption{Min: 4096, Default: 1 << 20, Max: 8 << 20}
	must(s.SetTransportProtocolOption(tcp.ProtocolNumber, &receive))
	t := &stackTun{channel.New(1024, uint32(mtu), ""), mtu, make(chan tun.Event, 1), make(chan *buffer.View)}
	t.endpoint.AddNotify(t)
	must(s.CreateNIC(1, t.endpoint))
	must(s.AddProtocolAddress(1, tcpip.ProtocolAddress{
		Protocol:          ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.AddrFromSlice(address.AsSlice()).WithPrefix(),
	}, stack.AddressProperties{}))
	s.AddRoute(tcpip.Route{Destination: header.IPv4EmptySubnet, NIC: 1})
	t.events <- tun.EventUp
	return t, s
}

func must(err tcpip.Error) {
	if err != nil {
		panic(err.String())
	}
}

// WriteNotify takes the packet that the stack has just queued.
func (t *stackTun) WriteNotify() {
	if packet := t.endpoint.Read(); packet != nil {
		view := packet.ToView()
		packet.DecRef()
		t.packets <- view
	}
}

func (t *stackTun) Read(bufs [][]byte, sizes []int, offset int) (int, error) {
	view, ok := <-t.packets
	if !ok {
		return 0, os.ErrClosed
	}
	n, err := view.Read(bufs[0][offset:])
	view.Release()
	sizes[0] = n
	return 1, err
}

func (t *stackTun) Write(bufs [][]byte, offset int) (int, error) {
	for _, packet := range bufs {
		p := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(packet[offset:])})
		t.endpoint.InjectInbound(header.IPv4ProtocolNumber, p)
		p.DecRef()
	}
	return len(bufs), nil
}

func (t *stackTun) File() *os.File           { return nil }
func (t *stackTun) MTU() (int, error)        { return t.mtu, nil }
func (t *stackTun) Name() (string, error)    { return "stack", nil }
func (t *stackTun) Events() <-chan tun.Event { return t.events }
func (t *stackTun) Close() error             { return nil }
func (t *stackTun) BatchSize() int           { return 1 }

// client takes measures against a dev.adit.bench.LoadServer.
type client struct {
	stack  *stack.Stack
	server tcpip.FullAddress
}

// open connects and sends the header: what is asked for, for how long, of which the first seconds do not count.
func (c *client) open(mode byte, seconds, skip int) net.Conn {
	s, err := gonet.DialTCP(c.stack, c.server, ipv4.ProtocolNumber)
	fail(err)
	_, err = s.Write([]byte{mode, byte(seconds), byte(skip)})
	fail(err)
	return s
}

func (c *client) out(seconds, skip int) float64 {
	s := c.open('o', seconds, skip)
	defer s.Close()
	go func() {
		data := make([]byte, chunk)
		for {
			if _, err := s.Write(data); err != nil {
				return
			}
		}
	}()
	answer := make([]byte, 16)
	_, err := io.ReadFull(s, answer)
	fail(err)
	bytes, nanos := binary.BigEndian.Uint64(answer), binary.BigEndian.Uint64(answer[8:])
	return float64(bytes) * 8000 / float64(nanos)
}

func (c *client) in(seconds, skip int) float64 {
	s := c.open('i', seconds, skip)
	defer s.Close()
	data, bytes := make([]byte, chunk), 0
	begin := time.Now().Add(time.Duration(skip) * time.Second)
	end := begin.Add(time.Duration(seconds-skip) * time.Second)
	for {
		n, err := s.Read(data)
		now := time.Now()
		if err != nil || now.After(end) {
			return float64(bytes) * 8000 / float64(now.Sub(begin).Nanoseconds())
		}
		if now.After(begin) {
			bytes += n
		}
	}
}

func together(streams int, one func() float64) float64 {
	rates := make(chan float64, streams)
	for i := 0; i < streams; i++ {
		go func() { rates <- one() }()
	}
	sum := 0.0
	for i := 0; i < streams; i++ {
		sum += <-rates
	}
	return sum
}

// rtt is the median of so many round trips of one byte, in microseconds.
func (c *client) rtt(count int) float64 {
	s := c.open('e', 0, 0)
	defer s.Close()
	one, times := make([]byte, 1), make([]float64, count)
	for i := range times {
		before := time.Now()
		_, err := s.Write(one)
		fail(err)
		_, err = io.ReadFull(s, one)
		fail(err)
		times[i] = float64(time.Since(before).Nanoseconds()) / 1000
	}
	sort.Float64s(times)
	return times[count/2]
}

// crr is how many connections a second are opened, asked and closed by so many threads.
func (c *client) crr(threads, seconds int) float64 {
	var count atomic.Int64
	var all sync.WaitGroup
	begin := time.Now()
	for i := 0; i < threads; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for time.Since(begin) < time.Duration(seconds)*time.Second {
				s := c.open('r', 0, 0)
				_, err := io.ReadAll(s)
				fail(err)
				s.Close()
				count.Add(1)
			}
		}()
	}
	all.Wait()
	return float64(count.Load()) / time.Since(begin).Seconds()
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const chunk = 128 << 10

func main() {
	a := os.Args
	mtu, err := strconv.Atoi(a[6])
	fail(err)
	port, err := strconv.Atoi(a[7])
	fail(err)
	t, s := newStackTun(netip.MustParseAddr(a[2]), mtu)
	d := device.NewDevice(t, conn.NewDefaultBind(), device.NewLogger(device.LogLevelError, ""))
	fail(d.IpcSet(fmt.Sprintf("private_key=%s\npublic_key=%s\nallowed_ip=%s/32\nendpoint=%s\n", a[1], a[3], a[4], a[5])))
	fail(d.Up())
	peer := netip.MustParseAddr(a[4])
	c := &client{s, tcpip.FullAddress{NIC: 1, Addr: tcpip.AddrFromSlice(peer.AsSlice()), Port: uint16(port)}}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		n := make([]int, 3)
		for i, word := range words[1:] {
			n[i], err = strconv.Atoi(word)
			fail(err)
		}
		switch words[0] {
		case "out":
			fmt.Printf("%.2f\n", together(n[0], func() float64 { return c.out(n[1], n[2]) }))
		case "in":
			fmt.Printf("%.2f\n", together(n[0], func() float64 { return c.in(n[1], n[2]) }))
		case "rtt":
			fmt.Printf("%.2f\n", c.rtt(n[0]))
		case "crr":
			fmt.Printf("%.2f\n", c.crr(n[0], n[1]))
		}
	}
}
