// site is the application of the world's tests, the same program on both sides: Nomad runs it as a process, Kubernetes from an image.
//
//	site          serves HTTP on $PORT (8080) and says $TEXT
//	site pause    waits, for the sandbox of a pod
//
// GET /            $TEXT, with the status $STATUS (200)
// POST anything    $TEXT, a line break, and what was posted
// GET /slow?ms=N   the same after N milliseconds
// GET /seen        what the application sees of the request: client, host, headers, as JSON
// GET /ws          a WebSocket that says $TEXT at once and then gives back what it is sent
//
// $CRASH ends it at once with that exit code; $LINGER is how long it still serves after SIGTERM (a duration, 0s).
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == "pause" {
		<-ended.Done()
		return
	}
	if code, err := strconv.Atoi(os.Getenv("CRASH")); err == nil {
		fmt.Fprintln(os.Stderr, "told to crash with", code)
		os.Exit(code)
	}
	server := &http.Server{Addr: os.Getenv("HOST") + ":" + or("PORT", "8080"), Handler: site()}
	closed := make(chan struct{})
	go func() {
		<-ended.Done()
		if wait, err := time.ParseDuration(os.Getenv("LINGER")); err == nil {
			time.Sleep(wait)
		}
		limited, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		server.Shutdown(limited)
		close(closed)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	<-closed // requests that were under way have been answered
}

func site() http.Handler {
	text := os.Getenv("TEXT")
	status, err := strconv.Atoi(or("STATUS", "200"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "STATUS is no number:", os.Getenv("STATUS"))
		os.Exit(2)
	}
	answer := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprint(w, text)
		if r.Method == http.MethodPost {
			fmt.Fprintln(w)
			io.Copy(w, io.LimitReader(r.Body, 1<<20))
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", answer)
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		ms, _ := strconv.Atoi(r.URL.Query().Get("ms"))
		time.Sleep(time.Duration(ms) * time.Millisecond)
		answer(w, r)
	})
	mux.HandleFunc("/seen", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"text": text, "client": r.RemoteAddr, "host": r.Host, "headers": r.Header})
	})
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) { serveWebSocket(w, r, text) })
	return mux
}

func or(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
