package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
)

// Operation codes of RFC 6455, section 5.2.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// serveWebSocket says text and then gives back each message, until the client closes. Messages come in one frame of at most 64 KiB.
func serveWebSocket(w http.ResponseWriter, r *http.Request, text string) {
	key := r.Header.Get("Sec-WebSocket-Key")
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || key == "" {
		http.Error(w, "this is a WebSocket", http.StatusUpgradeRequired)
		return
	}
	connection, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer connection.Close()
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // RFC 6455, section 1.3
	buffered.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n")
	if writeFrame(buffered.Writer, opText, []byte(text)) != nil {
		return
	}
	for {
		op, payload, err := readFrame(buffered.Reader)
		if err != nil {
			return
		}
		switch op {
		case opPing:
			err = writeFrame(buffered.Writer, opPong, payload)
		case opClose:
			writeFrame(buffered.Writer, opClose, payload)
			return
		case opPong:
		default:
			err = writeFrame(buffered.Writer, op, payload)
		}
		if err != nil {
			return
		}
	}
}

func writeFrame(w *bufio.Writer, op byte, payload []byte) error {
	head := []byte{0x80 | op}
	if len(payload) < 126 {
		head = append(head, byte(len(payload)))
	} else {
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(len(payload)))
	}
	w.Write(head)
	w.Write(payload)
	return w.Flush()
}

// readFrame reads one masked frame, as clients send them.
func readFrame(r *bufio.Reader) (op byte, payload []byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return
	}
	length := int(head[1] & 0x7f)
	if head[0]&0x80 == 0 || head[1]&0x80 == 0 || length == 127 {
		return 0, nil, errors.New("a frame that is unmasked, one of several, or too long")
	}
	if length == 126 {
		var long [2]byte
		if _, err = io.ReadFull(r, long[:]); err != nil {
			return
		}
		length = int(binary.BigEndian.Uint16(long[:]))
	}
	var mask [4]byte
	if _, err = io.ReadFull(r, mask[:]); err != nil {
		return
	}
	payload = make([]byte, length)
	if _, err = io.ReadFull(r, payload); err != nil {
		return
	}
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	return head[0] & 0x0f, payload, nil
}
