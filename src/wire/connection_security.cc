// TLS, and proving who one is.
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <asio/post.hpp>
#include <cerrno>
#include <utility>

#include "wire/body_reader.h"
#include "wire/connection.h"
#include "wire/frame_reader.h"
#include "wire/tls.h"

namespace ordinal::wire {
namespace {

// The first byte of TLS; a startup packet begins with a small length.
constexpr char kTlsRecord = 0x16;

bool IsTransient(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

// A client may begin with TLS at once, and must then name the protocol.
void Connection::LookAtFirstByte() {
  if (!tcp_ || !hub_.tls.Get()) return HandleStartup();
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    if (self->phase_ != Phase::kStartup) return;
    char first = 0;
    if (error || ::recv(self->socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
      self->Close();
    } else if (first == kTlsRecord) {
      self->StartTls(true);
    } else {
      self->HandleStartup();
    }
  });
}

void Connection::StartTls(bool direct) {
  direct_tls_ = direct;
  phase_ = Phase::kHandshaking;
  try {
    tls_ = std::make_unique<TlsStream>(hub_.tls.Get(), socket_.native_handle());
  } catch (const base::Error& error) {
    spdlog::error("TLS: {}", error.what());
    Close();
    return;
  }
  Handshake();
}

void Connection::Handshake() {
  const TlsStream::Io result = tls_->Handshake();
  if (result == TlsStream::Io::kDone) {
    phase_ = Phase::kStartup;
    if (direct_tls_ && !tls_->NamedProtocol()) {
      Close();
    } else {
      HandleStartup();
    }
    return;
  }
  if (result == TlsStream::Io::kClosed) {
    Close();
    return;
  }
  const auto event = result == TlsStream::Io::kWantRead ? Socket::wait_read : Socket::wait_write;
  socket_.async_wait(event, [self = shared_from_this()](const asio::error_code& error) {
    if (self->phase_ != Phase::kHandshaking) return;
    error ? self->Close() : self->Handshake();
  });
}

void Connection::Authenticate(AuthMethod method) {
  std::string user;
  for (const auto& [name, value] : startup_.parameters) {
    if (name == "user") user = value;
  }
  authentication_ = std::make_unique<Authentication>(
      method, std::move(user), tls_ ? tls_->context().certificate_hash() : std::string(),
      *hub_.config.accounts, hub_.random);
  authentication_->Ask(writer_);
  phase_ = Phase::kAuthenticating;
  Continue(Next::kAnswer);
}

// Waits for the client's answer, and has a worker look at it: hashing takes long, and so may the store.
void Connection::HandleAnswer() {
  if (phase_ != Phase::kAuthenticating || !Send(Next::kAnswer)) return;
  Frame frame;
  const FrameStatus status = ReadAuthFrame(input_.unread(), frame);
  if (status == FrameStatus::kNeedMore) return Read();
  if (status != FrameStatus::kOk) {
    return Fail(ProtocolViolation(status == FrameStatus::kUnknownType ? "expected password response"
                                                                      : "invalid password packet size")
                    .report());
  }
  std::string body(frame.body);
  input_.Consume(frame.size);
  phase_ = Phase::kOnPool;
  const bool accepted = hub_.workers.Submit([self = shared_from_this(), body = std::move(body)]() mutable {
    const bool proved = self->Answer(body);
    asio::io_context& io = self->loop_->io();
    asio::post(io, [self = std::move(self), proved] { self->OnAnswered(proved); });
  });
  if (accepted) return;
  phase_ = Phase::kAuthenticating;
  Fail(base::Error(base::sqlstate::kTooManyConnections, "sorry, too many statements are waiting for a worker")
           .Fatal()
           .report());
}

// Runs on a worker. An error is written, and nothing can follow it.
bool Connection::Answer(const std::string& body) noexcept {
  try {
    return authentication_->Answer(body, writer_);
  } catch (const base::Error& error) {
    base::Report report = error.report();
    report.severity = base::Severity::kFatal;
    writer_.Report(report);
  } catch (const std::exception& error) {
    spdlog::error("session {} could not be authenticated: {}", backend_id_, error.what());
    writer_.Report(base::Error(base::sqlstate::kInternalError, error.what()).Fatal().report());
  }
  failed_ = true;
  return false;
}

void Connection::OnAnswered(bool proved) {
  phase_ = Phase::kAuthenticating;
  if (cut_) return Close();
  if (failed_) return Continue(Next::kLinger);
  if (ending_) return Close();
  if (!proved) return HandleAnswer();
  authentication_.reset();
  try {
    BeginSession();
  } catch (const base::Error& error) {
    Fail(error.report());
  } catch (const std::exception& error) {
    spdlog::error("session {} could not be started: {}", backend_id_, error.what());
    Fail(base::Error(base::sqlstate::kInternalError, error.what()).Fatal().report());
  }
}

std::ptrdiff_t Connection::Receive(std::span<char> space) {
  if (!tls_) {
    const ssize_t count = ::recv(socket_.native_handle(), space.data(), space.size(), MSG_DONTWAIT);
    if (count >= 0) return count;
    return IsTransient(errno) ? -1 : 0;
  }
  std::size_t count = 0;
  const TlsStream::Io result = tls_->Read(space, count);
  if (result == TlsStream::Io::kDone) return static_cast<std::ptrdiff_t>(count);
  return result == TlsStream::Io::kClosed ? 0 : -1;
}

std::ptrdiff_t Connection::Transmit(std::string_view bytes) {
  if (!tls_) {
    const ssize_t count =
        ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) return count;
    return count < 0 && IsTransient(errno) ? -1 : 0;
  }
  std::size_t count = 0;
  const TlsStream::Io result = tls_->Write(bytes, count);
  if (result == TlsStream::Io::kDone) return static_cast<std::ptrdiff_t>(count);
  return result == TlsStream::Io::kClosed ? 0 : -1;
}

void Connection::ReadEncrypted() {
  const auto read = [self = shared_from_this()](const asio::error_code& error) {
    if (self->phase_ == Phase::kClosed) return;
    if (error) return self->Close();
    const std::ptrdiff_t count = self->Receive(self->input_.Prepare());
    if (count < 0) return self->ReadEncrypted();
    self->tried_pending_ = false;
    self->OnRead(count == 0 ? asio::error::eof : asio::error_code(), static_cast<std::size_t>(count));
  };
  // Nobody waits for what has arrived already but belongs to a record that is not whole.
  if (tls_->HasPending() && !std::exchange(tried_pending_, true)) {
    asio::post(loop_->io(), [read] { read({}); });
    return;
  }
  tried_pending_ = false;
  socket_.async_wait(Socket::wait_read, read);
}

}  // namespace ordinal::wire
