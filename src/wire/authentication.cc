#include "wire/authentication.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "wire/body_reader.h"

namespace ordinal::wire {

Authentication::Authentication(AuthMethod method, std::string user, std::string certificate_hash,
                               const auth::Accounts& accounts, base::RandomSource& random)
    : method_(method),
      user_(std::move(user)),
      certificate_hash_(std::move(certificate_hash)),
      accounts_(accounts),
      random_(random) {}

void Authentication::Ask(MessageWriter& writer) const {
  if (method_ == AuthMethod::kPassword) {
    writer.AuthenticationCleartextPassword();
    return;
  }
  std::vector<std::string_view> mechanisms;
  if (!certificate_hash_.empty()) mechanisms.push_back(auth::kScramPlus);
  mechanisms.push_back(auth::kScram);
  writer.AuthenticationSasl(mechanisms);
}

bool Authentication::Answer(std::string_view body, MessageWriter& writer) {
  if (method_ == AuthMethod::kPassword) return AnswerPassword(body);
  return scram_ ? AnswerScramFinal(body, writer) : AnswerScramFirst(body, writer);
}

bool Authentication::AnswerPassword(std::string_view body) {
  BodyReader reader(body);
  const std::string_view password = reader.String();
  reader.End();
  const auth::Account account = accounts_.Find(user_);
  // Compared in any case, so that time does not tell who has no password.
  const bool fits = auth::Fits(password, account.verifier);
  if (!fits || !account.may_prove || password.empty()) auth::ThrowWrongPassword(user_);
  return true;
}

bool Authentication::AnswerScramFirst(std::string_view body, MessageWriter& writer) {
  BodyReader reader(body);
  const std::string mechanism(reader.String());
  const bool plus = mechanism == auth::kScramPlus && !certificate_hash_.empty();
  if (!plus && mechanism != auth::kScram) {
    throw ProtocolViolation("client selected an invalid SASL authentication mechanism");
  }
  const auto size = reader.Int<std::int32_t>();
  const std::string_view message = reader.Rest();
  if (size < 0 || static_cast<std::size_t>(size) != message.size()) {
    throw ProtocolViolation("invalid length of a SASL message");
  }
  auth::Account account = accounts_.Find(user_);
  may_prove_ = account.may_prove;
  scram_.emplace(mechanism, certificate_hash_, std::move(account.verifier));
  writer.AuthenticationSaslContinue(scram_->First(message, random_));
  return false;
}

bool Authentication::AnswerScramFinal(std::string_view body, MessageWriter& writer) {
  if (!scram_->Final(body) || !may_prove_) auth::ThrowWrongPassword(user_);
  writer.AuthenticationSaslFinal(scram_->server_final());
  return true;
}

}  // namespace ordinal::wire
