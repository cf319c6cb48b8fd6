// Asks a client to prove who he is. Knows the messages of the protocol (manual, sections 55.2.1 and 55.3);
// what proves what is auth's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/accounts.h"
#include "auth/scram.h"
#include "base/random.h"
#include "wire/message_writer.h"

namespace ordinal::wire {

enum class AuthMethod : std::uint8_t {
  kTrust,
  kScram,
  kPassword,  // in clear, and so only over TLS
};

// Belongs to one connection; used by one thread at a time. Everything given outlives it.
class Authentication {
 public:
  // `certificate_hash`: of the certificate that the connection shows; empty without TLS.
  Authentication(AuthMethod method, std::string user, std::string certificate_hash,
                 const auth::Accounts& accounts, base::RandomSource& random);

  // Writes the request that the client answers.
  void Ask(MessageWriter& writer) const;
  // Takes the body of one answer; true when the client is who he says. Costs milliseconds and may block. All
  // errors are FATAL: 28P01 for a wrong password, 08P01 and 28000 for answers that break the rules.
  bool Answer(std::string_view body, MessageWriter& writer);

 private:
  bool AnswerPassword(std::string_view body);
  bool AnswerScramFirst(std::string_view body, MessageWriter& writer);
  bool AnswerScramFinal(std::string_view body, MessageWriter& writer);

  const AuthMethod method_;
  const std::string user_;
  const std::string certificate_hash_;
  const auth::Accounts& accounts_;
  base::RandomSource& random_;
  std::optional<auth::ScramServer> scram_;
  bool may_prove_ = false;
};

}  // namespace ordinal::wire
