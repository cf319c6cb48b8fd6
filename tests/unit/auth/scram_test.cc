#include "auth/scram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "auth/crypto.h"
#include "base/error.h"

namespace ordinal::auth {
namespace {

constexpr std::string_view kPassword = "pencil";

// Random bytes that are all the same.
class Fixed final : public base::RandomSource {
 public:
  void Fill(void* bytes, std::size_t size) override { std::fill_n(static_cast<char*>(bytes), size, 'x'); }
};

std::string AttributeOf(const std::string& message, const std::string& letter) {
  const std::size_t at = message.find(letter + "=") + 2;
  return message.substr(at, message.find(',', at) - at);
}

// What a client that knows the password answers.
std::string ClientFinal(const std::string& password, const std::string& first_bare,
                        const std::string& server_first, const std::string& binding) {
  const std::string salted = SaltedPassword(password, *FromBase64(AttributeOf(server_first, "s")),
                                            std::stoi(AttributeOf(server_first, "i")));
  const std::string key = HmacSha256(salted, "Client Key");
  const std::string without_proof = "c=" + Base64(binding) + ",r=" + AttributeOf(server_first, "r");
  std::string proof = HmacSha256(Sha256(key), first_bare + "," + server_first + "," + without_proof);
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ key[i]);
  return without_proof + ",p=" + Base64(proof);
}

std::string CodeOf(auto&& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view());
  }
  return "none";
}

class Scram : public testing::Test {
 protected:
  Fixed random_;
  const Verifier verifier_ = MakeVerifier(kPassword, "0123456789abcdef", 4096);
};

TEST_F(Scram, TakesTheRightPassword) {
  ScramServer server(kScram, "", verifier_);
  const std::string first = server.First("n,,n=,r=nonce", random_);
  EXPECT_TRUE(first.starts_with("r=nonce"));
  EXPECT_TRUE(server.Final(ClientFinal(std::string(kPassword), "n=,r=nonce", first, "n,,")));
  EXPECT_TRUE(server.server_final().starts_with("v="));
}

TEST_F(Scram, RefusesAWrongPassword) {
  ScramServer server(kScram, "", verifier_);
  const std::string first = server.First("n,,n=,r=nonce", random_);
  EXPECT_FALSE(server.Final(ClientFinal("pen", "n=,r=nonce", first, "n,,")));
}

TEST_F(Scram, BindsTheChannel) {
  const std::string header = "p=tls-server-end-point,,";
  ScramServer server(kScramPlus, "hash", verifier_);
  const std::string first = server.First(header + "n=,r=nonce", random_);
  EXPECT_TRUE(server.Final(ClientFinal(std::string(kPassword), "n=,r=nonce", first, header + "hash")));
  ScramServer between(kScramPlus, "hash", verifier_);
  const std::string other = between.First(header + "n=,r=nonce", random_);
  EXPECT_EQ(CodeOf([&] {
              between.Final(ClientFinal(std::string(kPassword), "n=,r=nonce", other, header + "other"));
            }),
            "28000");
}

TEST_F(Scram, NoticesWhoHidesChannelBinding) {
  EXPECT_EQ(CodeOf([&] { ScramServer(kScram, "hash", verifier_).First("y,,n=,r=nonce", random_); }), "28000");
  EXPECT_EQ(CodeOf([&] { ScramServer(kScram, "", verifier_).First("y,,n=,r=nonce", random_); }), "none");
  EXPECT_EQ(CodeOf([&] { ScramServer(kScramPlus, "hash", verifier_).First("n,,n=,r=nonce", random_); }),
            "08P01");
}

TEST_F(Scram, RefusesMessagesThatAreNone) {
  for (const std::string message : {"", "n", "n,", "n,,", "n,,n=", "n,,n=,r=", "n,,n=,r=a b", "x,,n=,r=nonce",
                                    "p=tls-unique,,n=,r=nonce"}) {
    EXPECT_EQ(CodeOf([&] { ScramServer(kScram, "", verifier_).First(message, random_); }), "08P01")
        << message;
  }
  for (const std::string message : {"", "c=biws", "c=biws,r=nonce", "c=biws,r=nonce,p=", ",p=", "p=x"}) {
    ScramServer server(kScram, "", verifier_);
    server.First("n,,n=,r=nonce", random_);
    EXPECT_EQ(CodeOf([&] { server.Final(message); }), "08P01") << message;
  }
}

TEST_F(Scram, RefusesAnotherNonce) {
  ScramServer server(kScram, "", verifier_);
  std::string first = server.First("n,,n=,r=nonce", random_);
  first.replace(first.find("nonce"), 5, "other");
  EXPECT_EQ(CodeOf([&] { server.Final(ClientFinal(std::string(kPassword), "n=,r=nonce", first, "n,,")); }),
            "08P01");
}

}  // namespace
}  // namespace ordinal::auth
