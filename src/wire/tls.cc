#include "wire/tls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <climits>
#include <utility>

#include "base/error.h"

namespace ordinal::wire {
namespace {

constexpr std::string_view kProtocol = "postgresql";
constexpr unsigned char kProtocolList[] = "\x0apostgresql";

[[noreturn]] void ThrowUnusable(const char* what, const std::string& file) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  throw base::Error(base::sqlstate::kConfigFileError,
                    std::string("could not load the ") + what + " \"" + file + "\": " + reason.data());
}

// Takes `postgresql` when the client names it among others; else the handshake fails.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                   unsigned int offered_size, void*) {
  unsigned char* out = nullptr;
  const int result =
      SSL_select_next_proto(&out, size, kProtocolList, sizeof kProtocolList - 1, offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = out;
  return SSL_TLSEXT_ERR_OK;
}

// The hash is the one that the certificate's signature uses, but at least SHA-256.
std::string HashOf(X509& certificate) {
  int digest = NID_undef;
  OBJ_find_sigid_algs(X509_get_signature_nid(&certificate), &digest, nullptr);
  const EVP_MD* algorithm = EVP_get_digestbynid(digest);
  if (algorithm == nullptr || digest == NID_md5 || digest == NID_sha1) algorithm = EVP_sha256();
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (X509_digest(&certificate, algorithm, hash.data(), &size) != 1) {
    throw base::Error(base::sqlstate::kInternalError, "could not compute the hash of the certificate");
  }
  return {reinterpret_cast<const char*>(hash.data()), size};
}

}  // namespace

TlsContext::TlsContext(const std::string& certificate_file, const std::string& key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
  if (context_ == nullptr) ThrowUnusable("library for", "TLS");
  try {
    SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
    SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                      SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                   SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context_, &ChooseProtocol, nullptr);
    if (SSL_CTX_use_certificate_chain_file(context_, certificate_file.c_str()) != 1) {
      ThrowUnusable("certificate", certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(context_, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
      ThrowUnusable("key", key_file);
    }
    if (SSL_CTX_check_private_key(context_) != 1) ThrowUnusable("key of the certificate", key_file);
    certificate_hash_ = HashOf(*SSL_CTX_get0_certificate(context_));
  } catch (...) {
    SSL_CTX_free(context_);
    throw;
  }
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsStream::TlsStream(std::shared_ptr<const TlsContext> context, int socket)
    : context_(std::move(context)), stream_(SSL_new(context_->get())) {
  if (stream_ == nullptr || SSL_set_fd(stream_, socket) != 1) {
    SSL_free(stream_);
    throw base::Error(base::sqlstate::kInternalError, "could not begin TLS").Fatal();
  }
  SSL_set_accept_state(stream_);
}

TlsStream::~TlsStream() { SSL_free(stream_); }

TlsStream::Io TlsStream::ResultOf(int result) {
  const int reason = SSL_get_error(stream_, result);
  ERR_clear_error();
  if (reason == SSL_ERROR_WANT_READ) return Io::kWantRead;
  if (reason == SSL_ERROR_WANT_WRITE) return Io::kWantWrite;
  return Io::kClosed;
}

TlsStream::Io TlsStream::Handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(stream_);
  return result == 1 ? Io::kDone : ResultOf(result);
}

TlsStream::Io TlsStream::Read(std::span<char> space, std::size_t& count) {
  ERR_clear_error();
  const int result = SSL_read_ex(stream_, space.data(), space.size(), &count);
  return result == 1 ? Io::kDone : ResultOf(result);
}

TlsStream::Io TlsStream::Write(std::string_view bytes, std::size_t& count) {
  ERR_clear_error();
  const int result = SSL_write_ex(stream_, bytes.data(), bytes.size(), &count);
  return result == 1 ? Io::kDone : ResultOf(result);
}

void TlsStream::Shutdown() {
  ERR_clear_error();
  SSL_shutdown(stream_);
  ERR_clear_error();
}

bool TlsStream::HasPending() const { return SSL_has_pending(stream_) == 1; }

bool TlsStream::NamedProtocol() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(stream_, &name, &size);
  return std::string_view(reinterpret_cast<const char*>(name), size) == kProtocol;
}

}  // namespace ordinal::wire
