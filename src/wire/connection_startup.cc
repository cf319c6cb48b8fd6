#include <spdlog/spdlog.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "wire/body_reader.h"
#include "wire/connection.h"
#include "wire/frame_reader.h"

namespace ordinal::wire {

using session::StepResult;

void Connection::ArmStartupTimer() {
  timer_.expires_after(hub_.config.startup_timeout);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    const bool starts = self->phase_ == Phase::kStartup || self->phase_ == Phase::kHandshaking;
    if (!error && (starts || self->authentication_)) self->Close();
  });
}

void Connection::HandleStartup() {
  while (phase_ == Phase::kStartup) {
    if (HandleStartupPacket()) continue;
    if (phase_ != Phase::kStartup) return;
    if (Send(Next::kStartup)) Read();
    return;
  }
}

// Handles one packet; false when it is not there yet or none shall follow.
bool Connection::HandleStartupPacket() {
  Frame frame;
  const FrameStatus status = ReadStartupFrame(input_.unread(), frame);
  if (status == FrameStatus::kNeedMore) return false;
  try {
    if (status != FrameStatus::kOk) throw ProtocolViolation("invalid length of startup packet");
    StartupPacket packet = ParseStartup(frame.body);
    input_.Consume(frame.size);
    switch (packet.kind) {
      case StartupPacket::Kind::kEncryption:
        return AnswerEncryption(packet);
      case StartupPacket::Kind::kCancel:
        hub_.registry.Cancel(packet.backend_id, packet.secret);
        Close();
        return false;
      case StartupPacket::Kind::kSession:
        StartSession(std::move(packet));
        return false;
    }
  } catch (const base::Error& error) {
    Fail(error.report());
  }
  return false;
}

bool Connection::AnswerEncryption(const StartupPacket& packet) {
  if (std::exchange(packet.gss ? gss_answered_ : ssl_answered_, true) || tls_) {
    throw ProtocolViolation("encryption was requested twice");
  }
  if (packet.gss || !tcp_ || !hub_.tls.Get()) {
    writer_.RefuseEncryption();
    return true;
  }
  if (!input_.unread().empty()) {
    // Somebody between could have put it there, to have it taken for what the client encrypted.
    throw base::Error(base::sqlstate::kProtocolViolation, "received unencrypted data after SSL request")
        .Fatal();
  }
  writer_.AcceptEncryption();
  phase_ = Phase::kHandshaking;
  Continue(Next::kTls);
  return false;
}

void Connection::StartSession(StartupPacket packet) {
  if (hub_.stopping) {
    throw base::Error(base::sqlstate::kCannotConnectNow, "the database system is shutting down").Fatal();
  }
  const auto key = hub_.registry.Admit();
  if (!key) {
    throw base::Error(base::sqlstate::kTooManyConnections, "sorry, too many clients already").Fatal();
  }
  backend_id_ = key->backend_id;
  key_ = *key;
  hub_.activity.Opened();
  const auto value_of = [&](std::string_view name) {
    return std::find_if(packet.parameters.begin(), packet.parameters.end(), [&](const auto& parameter) {
      return parameter.first == name && !parameter.second.empty();
    });
  };
  std::string user = value_of("user")->second;
  if (value_of("database") == packet.parameters.end()) {
    // The database is named like the user unless the client says otherwise.
    packet.parameters.emplace_back("database", user);
  }
  startup_ = std::move(packet);
  const AuthMethod method = auth_method();
  if (tcp_ && !tls_ && (hub_.config.require_tls || method == AuthMethod::kPassword)) {
    throw base::Error(base::sqlstate::kInvalidAuthorizationSpecification,
                      "connections by TCP must be encrypted with TLS")
        .Fatal();
  }
  if (method == AuthMethod::kTrust) {
    BeginSession();
    return;
  }
  Authenticate(method);
}

void Connection::BeginSession() {
  timer_.cancel();
  endpoint_ = hub_.factory->Make(
      [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->Post(&Connection::OnResume);
      },
      backend_id_);
  hub_.registry.Attach(backend_id_, *endpoint_);
  if (startup_.negotiate) writer_.NegotiateProtocolVersion(kProtocolVersion, startup_.unknown_options);
  writer_.AuthenticationOk();
  writer_.BackendKeyData(key_.backend_id, key_.secret);
  // The session reads from the store who the user is.
  phase_ = Phase::kOnPool;
  const bool accepted =
      hub_.workers.Submit([self = shared_from_this(), parameters = std::move(startup_.parameters)]() mutable {
        const StepResult result = self->Start(parameters);
        asio::io_context& io = self->loop_->io();
        asio::post(io, [self = std::move(self), result] { self->OnStarted(result); });
      });
  if (accepted) return;
  phase_ = Phase::kReady;
  throw base::Error(base::sqlstate::kTooManyConnections,
                    "sorry, too many statements are waiting for a worker")
      .Fatal();
}

StepResult Connection::Start(const std::vector<std::pair<std::string, std::string>>& parameters) noexcept {
  try {
    return endpoint_->Start(parameters, writer_);
  } catch (const base::Error& error) {
    base::Report report = error.report();
    report.severity = base::Severity::kFatal;
    writer_.Report(report);
  } catch (const std::exception& error) {
    spdlog::error("session {} could not be started: {}", backend_id_, error.what());
    writer_.Report(base::Error(base::sqlstate::kInternalError, error.what()).Fatal().report());
  }
  return StepResult::kClose;
}

void Connection::OnStarted(StepResult result) {
  phase_ = Phase::kReady;
  if (cut_) {
    Close();
  } else if (result == StepResult::kDone) {
    Pump();
  } else {
    Continue(Next::kClose);
  }
}

}  // namespace ordinal::wire
