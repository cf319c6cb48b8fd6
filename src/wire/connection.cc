#include "wire/connection.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "wire/body_reader.h"
#include "wire/message_decoder.h"
#include "wire/tls.h"

namespace ordinal::wire {

using session::Place;
using session::StepResult;

namespace {

constexpr std::chrono::milliseconds kLingerTime{1000};
constexpr std::string_view kSyncFrame{"S\0\0\0\4", 5};

enum class Peer : std::uint8_t { kSilent, kHasSent, kGone };

Peer LookAt(int socket) {
  char byte;
  const ssize_t count = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count > 0) return Peer::kHasSent;
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? Peer::kSilent : Peer::kGone;
}

base::Report Fatal(base::SqlState state, std::string message) {
  return base::Error(state, std::move(message)).Fatal().report();
}

}  // namespace

Connection::Connection(std::shared_ptr<EventLoop> loop, Socket socket, Hub& hub, bool tcp)
    : loop_(std::move(loop)), hub_(hub), socket_(std::move(socket)), timer_(loop_->io()), tcp_(tcp) {}

Connection::~Connection() = default;

void Connection::Post(void (Connection::*function)()) {
  asio::post(loop_->io(), [self = shared_from_this(), function] { (self.get()->*function)(); });
}

void Connection::Open() {
  hub_.connections.Add(shared_from_this());
  loop_->connections().fetch_add(1, std::memory_order_relaxed);
  Post(&Connection::ArmStartupTimer);
  Post(&Connection::LookAtFirstByte);
}

void Connection::EndPolitely() { Post(&Connection::FailForShutdown); }

void Connection::Cut() { Post(&Connection::Close); }

// Handles what has arrived, answers in one write, and waits for more.
void Connection::Pump() {
  int messages = 0;
  int spins = 0;
  while (phase_ == Phase::kReady) {
    if (ending_) {
      FailForShutdown();
      return;
    }
    if (writer_.BufferedBytes() >= kOutputBytesHigh && !Send(Next::kPump)) return;
    if (messages == kMessagesPerTurn || spins == kSpinsPerTurn) {
      Post(&Connection::Pump);
      return;
    }
    if (HandleFrame()) {
      ++messages;
      continue;
    }
    if (phase_ != Phase::kReady) return;
    if (!alone_ && writer_.BufferedBytes() > 0) {
      Post(&Connection::Flush);
      return;
    }
    if (!Send(Next::kPump)) return;
    if (alone_ && Spin()) {
      ++spins;
      continue;
    }
    if (phase_ == Phase::kReady) Read();
    return;
  }
}

void Connection::Flush() {
  if (phase_ == Phase::kReady && Send(Next::kPump)) Read();
}

// Handles one message, or begins to; false when no whole message is there.
bool Connection::HandleFrame() {
  Frame frame;
  const FrameStatus status = ReadFrame(input_.unread(), hub_.config.message_bytes_max, frame);
  if (status == FrameStatus::kNeedMore) return false;
  try {
    if (status == FrameStatus::kUnknownType) {
      throw ProtocolViolation(
          fmt::format("invalid frontend message type {}", static_cast<unsigned char>(frame.type)));
    }
    if (status != FrameStatus::kOk) throw ProtocolViolation("invalid message length");
    DecodeMessage(frame, message_);
  } catch (const base::Error& error) {
    Fail(error.report());
    return true;
  }
  if (frame.type == 'X') {
    Continue(Next::kClose);
    return true;
  }
  frame_size_ = frame.size;
  message_.sync_follows = frame.type == 'E' && input_.unread().substr(frame.size).starts_with(kSyncFrame);
  alone_ = hub_.activity.Note(backend_id_) && hub_.config.spin_time.count() > 0;
  OnStep(Step(Place::kLoop));
  return true;
}

StepResult Connection::Step(Place place) noexcept {
  try {
    return endpoint_->Step(message_, writer_, place);
  } catch (const base::Error& error) {
    base::Report report = error.report();
    report.severity = base::Severity::kFatal;
    writer_.Report(report);
  } catch (const std::exception& error) {
    spdlog::error("session {} ends after an internal error: {}", backend_id_, error.what());
    writer_.Report(Fatal(base::sqlstate::kInternalError, error.what()));
  }
  return StepResult::kClose;
}

void Connection::OnStep(StepResult result) {
  phase_ = Phase::kReady;
  while (result == StepResult::kWaiting && early_resumes_ > 0 && !cut_) {
    --early_resumes_;
    result = Step(Place::kLoop);
  }
  if (result == StepResult::kWaiting && early_resumes_ == 0) {
    phase_ = Phase::kWaiting;
    SendCompleted();
    return;
  }
  if (cut_) {
    Close();
    return;
  }
  switch (result) {
    case StepResult::kDone:
      OnMessageDone();
      break;
    case StepResult::kNeedPool:
      RunOnPool();
      break;
    case StepResult::kNeedDrain:
      if (Send(Next::kPool)) RunOnPool();
      break;
    case StepResult::kWaiting:
    case StepResult::kClose:
      Continue(Next::kClose);
      break;
  }
}

void Connection::OnMessageDone() {
  input_.Consume(frame_size_);
  const char type = message_.type;
  if (type == 'S' || type == 'Q' || type == 'H' || type == 'F') flushable_ = writer_.BufferedBytes();
}

void Connection::OnResume() {
  if (phase_ == Phase::kClosed) return;
  if (phase_ != Phase::kWaiting) {
    ++early_resumes_;
    return;
  }
  phase_ = Phase::kReady;
  if (cut_) {
    Close();
    return;
  }
  OnStep(Step(Place::kLoop));
  Pump();
}

void Connection::RunOnPool() {
  SendCompleted();
  phase_ = Phase::kOnPool;
  WatchForVanishing();
  const bool accepted = hub_.workers.Submit([self = shared_from_this()]() mutable {
    const StepResult result = self->Step(Place::kPool);
    asio::io_context& io = self->loop_->io();
    asio::post(io, [self = std::move(self), result] {
      self->OnStep(result);
      self->Pump();
    });
  });
  if (accepted) return;
  phase_ = Phase::kReady;
  Fail(Fatal(base::sqlstate::kTooManyConnections, "sorry, too many statements are waiting for a worker"));
}

// Nothing is read while a worker is busy, so that the end of the connection must be looked for: a statement
// whose client has gone is cancelled.
void Connection::WatchForVanishing() {
  if (std::exchange(watching_, true)) return;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    self->watching_ = false;
    if (error || self->phase_ != Phase::kOnPool) return;
    const Peer peer = LookAt(self->socket_.native_handle());
    if (peer == Peer::kGone) self->endpoint_->Cancel();
    if (peer == Peer::kSilent) self->WatchForVanishing();
  });
}

void Connection::Read() {
  if (tls_) return ReadEncrypted();
  const auto space = input_.Prepare();
  socket_.async_read_some(asio::buffer(space.data(), space.size()),
                          [self = shared_from_this()](const asio::error_code& error, std::size_t count) {
                            self->OnRead(error, count);
                          });
}

void Connection::OnRead(const asio::error_code& error, std::size_t count) {
  if (phase_ == Phase::kClosed) return;
  if (error) {
    Close();
    return;
  }
  input_.Commit(count);
  if (phase_ == Phase::kStartup) {
    HandleStartup();
  } else if (phase_ == Phase::kAuthenticating) {
    HandleAnswer();
  } else {
    Pump();
  }
}

// Polls the socket for a short time. True when bytes have come; the connection is closed when it has ended.
bool Connection::Spin() {
  const auto space = input_.Prepare();
  const auto deadline = std::chrono::steady_clock::now() + hub_.config.spin_time;
  do {
    const std::ptrdiff_t count = Receive(space);
    if (count > 0) {
      input_.Commit(static_cast<std::size_t>(count));
      return true;
    }
    if (count == 0) {
      Close();
      return false;
    }
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

// Sends all output. False when that takes longer, and `next` follows by itself, or when the connection is
// closed.
bool Connection::Send(Next next) {
  while (writer_.BufferedBytes() > 0) {
    const std::ptrdiff_t count = Transmit(writer_.pending());
    if (count < 0) {
      SendLater(next);
      return false;
    }
    if (count == 0) {
      Close();
      return false;
    }
    writer_.MarkSent(static_cast<std::size_t>(count));
  }
  flushable_ = 0;
  return true;
}

void Connection::SendLater(Next next) {
  after_send_ = next;
  const Phase before = std::exchange(phase_, Phase::kSending);
  socket_.async_wait(Socket::wait_write, [self = shared_from_this(), before](const asio::error_code& error) {
    if (self->phase_ != Phase::kSending) return;
    self->phase_ = before;
    if (error) {
      self->Close();
    } else if (self->Send(self->after_send_)) {
      self->Continue(self->after_send_);
    }
  });
}

// Sends what earlier messages have answered in full, before this one takes its time.
void Connection::SendCompleted() {
  if (flushable_ == 0) return;
  // What goes wrong comes up again with the next Send.
  const std::ptrdiff_t result = Transmit(writer_.pending().substr(0, flushable_));
  const std::size_t count = result > 0 ? static_cast<std::size_t>(result) : 0;
  writer_.MarkSent(count);
  flushable_ -= count;
}

void Connection::Continue(Next next) {
  switch (next) {
    case Next::kStartup:
      HandleStartup();
      break;
    case Next::kTls:
      if (Send(next)) StartTls(false);
      break;
    case Next::kAnswer:
      HandleAnswer();
      break;
    case Next::kPump:
      Pump();
      break;
    case Next::kPool:
      RunOnPool();
      break;
    case Next::kClose:
      if (Send(next)) Close();
      break;
    case Next::kLinger:
      if (Send(next)) Linger();
      break;
  }
}

void Connection::Fail(const base::Report& report, Next next) {
  writer_.Report(report);
  Continue(next);
}

void Connection::FailForShutdown() {
  ending_ = true;
  if (phase_ == Phase::kStartup || phase_ == Phase::kHandshaking || phase_ == Phase::kAuthenticating) {
    Close();
  } else if (phase_ == Phase::kReady) {
    Fail(Fatal(base::sqlstate::kAdminShutdown, "terminating connection due to administrator command"),
         Next::kClose);
  }
}

// Closing a socket with unread input resets the connection, and the client could lose our last words. So what
// it still sends is read and thrown away for a moment.
void Connection::Linger() {
  phase_ = Phase::kLingering;
  asio::error_code ignored;
  if (tls_) tls_->Shutdown();
  socket_.shutdown(Socket::shutdown_send, ignored);
  timer_.expires_after(kLingerTime);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error) self->Close();
  });
  Discard();
}

void Connection::Discard() {
  input_.Consume(input_.unread().size());
  const auto space = input_.Prepare();
  socket_.async_read_some(asio::buffer(space.data(), space.size()),
                          [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                            if (self->phase_ != Phase::kLingering) return;
                            error ? self->Close() : self->Discard();
                          });
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  asio::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  cut_ = true;
  // Whoever is inside the endpoint comes back to the loop and then finds the connection cut.
  if (phase_ == Phase::kWaiting || phase_ == Phase::kOnPool) return;
  phase_ = Phase::kClosed;
  if (backend_id_ != 0) {
    hub_.registry.Remove(backend_id_);
    hub_.activity.Closed();
  }
  endpoint_.reset();
  loop_->connections().fetch_sub(1, std::memory_order_relaxed);
  hub_.connections.Remove(this);
}

}  // namespace ordinal::wire
