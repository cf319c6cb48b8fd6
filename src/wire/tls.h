// Encrypts connections with TLS 1.2 or newer, over sockets that do not block. Hides OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace ordinal::wire {

// A certificate and its key, as read once. Safe to use from any thread; streams keep it alive.
class TlsContext {
 public:
  // Both files are PEM; the first may hold the chain behind the certificate. Errors: F0000 `could not load
  // the certificate "x": ...`.
  TlsContext(const std::string& certificate_file, const std::string& key_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }
  // Names the certificate for channel binding: tls-server-end-point of RFC 5929.
  const std::string& certificate_hash() const { return certificate_hash_; }

 private:
  ssl_ctx_st* context_;
  std::string certificate_hash_;
};

// The server's end of one encrypted connection. Belongs to the connection's loop.
class TlsStream {
 public:
  enum class Io : std::uint8_t { kDone, kWantRead, kWantWrite, kClosed };

  // `socket` stays the caller's, and open as long as the stream.
  TlsStream(std::shared_ptr<const TlsContext> context, int socket);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  Io Handshake();
  // kDone: `count` is more than zero.
  Io Read(std::span<char> space, std::size_t& count);
  Io Write(std::string_view bytes, std::size_t& count);
  // Tells the client that nothing more will come; does not wait.
  void Shutdown();
  // True when bytes may be there without the socket becoming readable.
  bool HasPending() const;
  // True when the client asked for the protocol `postgresql` (ALPN), as it must when it begins with TLS.
  bool NamedProtocol() const;
  const TlsContext& context() const { return *context_; }

 private:
  Io ResultOf(int result);

  const std::shared_ptr<const TlsContext> context_;
  ssl_st* stream_;
};

}  // namespace ordinal::wire
