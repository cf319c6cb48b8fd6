#include "auth/scram.h"

#include <algorithm>
#include <utility>

#include "auth/crypto.h"
#include "base/error.h"

namespace ordinal::auth {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::size_t kNonceBytes = 18;
constexpr std::string_view kBindingType = "tls-server-end-point";

[[noreturn]] void ThrowMalformed(const char* detail) {
  throw Error(sqlstate::kProtocolViolation, "malformed SCRAM message").Detail(detail).Fatal();
}

// Takes the attribute `letter=value` off the front, with the comma behind it.
std::string_view TakeAttribute(std::string_view& message, char letter) {
  if (message.size() < 2 || message[0] != letter || message[1] != '=') {
    ThrowMalformed("An attribute is missing.");
  }
  const std::size_t end = std::min(message.find(','), message.size());
  const std::string_view value = message.substr(2, end - 2);
  message.remove_prefix(std::min(end + 1, message.size()));
  return value;
}

bool IsPrintable(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7E || c == ',') return false;
  }
  return !text.empty();
}

}  // namespace

ScramServer::ScramServer(std::string_view mechanism, std::string certificate_hash, Verifier verifier)
    : plus_(mechanism == kScramPlus),
      certificate_hash_(std::move(certificate_hash)),
      verifier_(std::move(verifier)) {}

// Takes what the client says of channel binding, and the empty authorization identity.
void ScramServer::ReadBinding(std::string_view& message) {
  const std::string_view whole = message;
  const char flag = message.empty() ? '\0' : message[0];
  if (flag == 'p') {
    const std::string_view type = TakeAttribute(message, 'p');
    if (!plus_)
      ThrowMalformed("The client selected SCRAM-SHA-256 without channel binding, but sent data for it.");
    if (type != kBindingType) {
      throw Error(sqlstate::kProtocolViolation,
                  "unsupported SCRAM channel-binding type \"" + std::string(type) + "\"")
          .Fatal();
    }
  } else if (flag == 'n' || flag == 'y') {
    if (plus_) {
      ThrowMalformed(
          "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding "
          "data.");
    }
    if (flag == 'y' && !certificate_hash_.empty()) {
      throw Error(sqlstate::kInvalidAuthorizationSpecification, "SCRAM channel binding negotiation error")
          .Detail(
              "The client supports SCRAM channel binding but thinks the server does not.  However, this "
              "server does support channel binding.")
          .Fatal();
    }
    if (message.size() < 2 || message[1] != ',') ThrowMalformed("Comma expected.");
    message.remove_prefix(2);
  } else {
    ThrowMalformed("Unexpected channel-binding flag.");
  }
  if (message.empty()) ThrowMalformed("Comma expected.");
  if (message[0] != ',') base::ThrowUnsupported("a SCRAM authorization identity");
  message.remove_prefix(1);
  binding_header_ = whole.substr(0, whole.size() - message.size());
}

std::string ScramServer::First(std::string_view message, base::RandomSource& random) {
  ReadBinding(message);
  client_first_bare_ = message;
  // The name is that of the startup packet; what stands here is ignored, as in PostgreSQL.
  TakeAttribute(message, 'n');
  const std::string_view client_nonce = TakeAttribute(message, 'r');
  if (!IsPrintable(client_nonce)) ThrowMalformed("Non-printable characters in SCRAM nonce.");
  std::string bytes(kNonceBytes, '\0');
  random.Fill(bytes.data(), bytes.size());
  nonce_ = std::string(client_nonce) + Base64(bytes);
  server_first_ =
      "r=" + nonce_ + ",s=" + Base64(verifier_.salt) + ",i=" + std::to_string(verifier_.iterations);
  return server_first_;
}

bool ScramServer::Final(std::string_view message) {
  const std::size_t proof_at = message.rfind(",p=");
  if (proof_at == std::string_view::npos) ThrowMalformed("A proof is missing.");
  const std::string without_proof(message.substr(0, proof_at));
  const auto proof = FromBase64(message.substr(proof_at + 3));
  const std::string_view binding = TakeAttribute(message, 'c');
  const std::string_view nonce = TakeAttribute(message, 'r');
  if (binding != Base64(binding_header_ + (plus_ ? certificate_hash_ : ""))) {
    throw Error(sqlstate::kInvalidAuthorizationSpecification, "SCRAM channel binding check failed").Fatal();
  }
  if (nonce != nonce_) {
    throw Error(sqlstate::kProtocolViolation, "invalid SCRAM response")
        .Detail("Nonce does not match.")
        .Fatal();
  }
  if (!proof || proof->size() != kScramKeyBytes) ThrowMalformed("Malformed proof in client-final-message.");

  const std::string authenticated = client_first_bare_ + "," + server_first_ + "," + without_proof;
  std::string client_key = HmacSha256(verifier_.stored_key, authenticated);
  for (std::size_t i = 0; i < client_key.size(); ++i)
    client_key[i] = static_cast<char>(client_key[i] ^ (*proof)[i]);
  if (!SameSecret(Sha256(client_key), verifier_.stored_key)) return false;
  server_final_ = "v=" + Base64(HmacSha256(verifier_.server_key, authenticated));
  return true;
}

}  // namespace ordinal::auth
