// Drives one client: bytes in, messages to its endpoint, answers out.
//
// A connection lives on one event loop; its socket and its state are touched there only. It does one thing at
// a time:
//
//   startup --packet--> ready --frame--> Step --kDone--> ready
//                                          |--kWaiting--> waiting --resume posted--> Step on the loop
//                                          |--kNeedPool--> on pool: Step on a worker --result posted--> the
//                                          loop
//                                          |--kNeedDrain--> sending --all sent--> on pool
//                                          '--kClose--> sending --> closed
//
// Nothing is read while a message is handled, so that its views stay in place and a client that sends faster
// than it is served waits in its own socket. Output goes out when no further whole message is there, in one
// write, and behind what the loop has read of other connections meanwhile: each write wakes a client, who
// takes the core from the loop where cores are few.
#pragma once

#include <asio/generic/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "session/endpoint.h"
#include "wire/authentication.h"
#include "wire/event_loop.h"
#include "wire/hub.h"
#include "wire/input_buffer.h"
#include "wire/message_writer.h"
#include "wire/startup.h"

namespace ordinal::wire {

class TlsStream;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = asio::generic::stream_protocol::socket;

  // REQUIRES a non-blocking socket of the loop's context. `hub` must outlive the connection's last event.
  // `tcp`: not a Unix-domain socket.
  Connection(std::shared_ptr<EventLoop> loop, Socket socket, Hub& hub, bool tcp);
  ~Connection();

  // The rest may be called from any thread.

  // Begins to serve; called once.
  void Open();
  // Ends the session with 57P01, at once when it is idle, otherwise after the message that is being handled.
  void EndPolitely();
  // Cuts the connection. The endpoint lives on until whoever is inside has left.
  void Cut();

 private:
  enum class Phase : std::uint8_t {
    kStartup,
    kHandshaking,
    kAuthenticating,
    kReady,
    kWaiting,
    kOnPool,
    kSending,
    kLingering,
    kClosed
  };
  // What follows once the output has been sent.
  enum class Next : std::uint8_t { kStartup, kTls, kAnswer, kPump, kPool, kClose, kLinger };

  // Calls a member function on the loop.
  void Post(void (Connection::*function)());

  // connection_startup.cc
  void HandleStartup();
  bool HandleStartupPacket();
  bool AnswerEncryption(const StartupPacket& packet);
  void StartSession(StartupPacket packet);
  void BeginSession();
  session::StepResult Start(const std::vector<std::pair<std::string, std::string>>& parameters) noexcept;
  void OnStarted(session::StepResult result);
  void ArmStartupTimer();

  // connection_security.cc: TLS, and proving who one is.
  void LookAtFirstByte();
  void StartTls(bool direct);
  void Handshake();
  void Authenticate(AuthMethod method);
  void HandleAnswer();
  bool Answer(const std::string& body) noexcept;
  void OnAnswered(bool proved);
  AuthMethod auth_method() const { return tcp_ ? hub_.config.tcp_auth : hub_.config.unix_auth; }
  // As recv() and send() on a socket that does not block: the count, 0 at the end of the connection, -1 when
  // nothing can be done now.
  std::ptrdiff_t Receive(std::span<char> space);
  std::ptrdiff_t Transmit(std::string_view bytes);
  void ReadEncrypted();

  void Pump();
  // Sends what Pump left, and waits for more.
  void Flush();
  bool HandleFrame();
  session::StepResult Step(session::Place place) noexcept;
  void OnStep(session::StepResult result);
  void OnResume();
  void OnMessageDone();
  void RunOnPool();
  void WatchForVanishing();

  void Read();
  void OnRead(const asio::error_code& error, std::size_t count);
  bool Spin();
  bool Send(Next next);
  void SendLater(Next next);
  void SendCompleted();
  void Continue(Next next);
  // Reports `report` as the last words and closes.
  void Fail(const base::Report& report, Next next = Next::kLinger);
  void FailForShutdown();
  void Linger();
  void Discard();
  void Close();

  const std::shared_ptr<EventLoop> loop_;  // shared with all its connections
  Hub& hub_;
  Socket socket_;
  asio::steady_timer timer_;  // bounds startup and lingering
  const bool tcp_;
  std::unique_ptr<TlsStream> tls_;
  std::unique_ptr<Authentication> authentication_;  // until the client has proved who he is
  StartupPacket startup_;                           // of the session, until it has begun
  SessionRegistry::Key key_{};
  bool direct_tls_ = false;
  bool failed_ = false;         // to prove who he is
  bool tried_pending_ = false;  // to read what TLS holds already
  InputBuffer input_;
  MessageWriter writer_;
  session::FrontendMessage message_;
  std::size_t frame_size_ = 0;  // of the message that is being handled
  std::size_t flushable_ = 0;   // leading bytes of the output that a client may be waiting for
  std::unique_ptr<session::Endpoint> endpoint_;
  std::int32_t backend_id_ = 0;
  int early_resumes_ = 0;  // resumptions that arrived before the kWaiting they belong to
  Phase phase_ = Phase::kStartup;
  Next after_send_ = Next::kPump;
  bool alone_ = false;     // no other connection is at work
  bool cut_ = false;       // close as soon as nobody is inside the endpoint
  bool ending_ = false;    // the server stops
  bool watching_ = false;  // a wait for the client's vanishing is pending
  bool ssl_answered_ = false;
  bool gss_answered_ = false;
};

}  // namespace ordinal::wire
