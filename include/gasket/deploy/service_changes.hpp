// Needs libcpp-httplib-dev and libssl-dev: link gasket::service. Not part of gasket.hpp.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "gasket/core/json.hpp"
#include "gasket/deploy/http_server.hpp"
#include "gasket/deploy/registry.hpp"

namespace gasket::detail {

/// Promotions and rollbacks that come over HTTP, from those who show the token.
class ServiceChanges {
  public:
    /// `changed` is called after each.
    ServiceChanges(const Registry& registry, std::string token, Gates gates, std::function<void()> changed)
        : registry_(registry),
          token_(std::move(token)),
          gates_(std::move(gates)),
          changed_(std::move(changed)) {}

    [[nodiscard]] HttpAnswer promote(const HttpQuestion& asked) const {
        return change(asked, [&](const Json& body, const Registry::Remark& remark) {
            if (!body.contains("version") || !body["version"].is_string())
                throw RegistryError(ErrorCode::unknown_version, {.expected = "a version", .found = "none"});
            const SemanticVersion which = registry_.resolve(body["version"].get_ref<const std::string&>());
            return registry_.promote(which, gates_, remark).to_json();
        });
    }
    [[nodiscard]] HttpAnswer roll_back(const HttpQuestion& asked) const {
        return change(asked, [&](const Json&, const Registry::Remark& remark) {
            (void)registry_.roll_back(remark);
            return Json(nullptr);
        });
    }

  private:
    /// Compares in a time that tells nothing of where the two differ. 0 where the caller may change things.
    [[nodiscard]] int refused(const HttpQuestion& asked) const {
        if (token_.empty()) return 403;
        const std::string wanted = "Bearer " + token_;
        unsigned differ = asked.authorization.size() == wanted.size() ? 0 : 1;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const char given = i < asked.authorization.size() ? asked.authorization[i] : '\0';
            differ |= static_cast<unsigned char>(given ^ wanted[i]);
        }
        return differ == 0 ? 0 : 401;
    }

    template <class Change>
    [[nodiscard]] HttpAnswer change(const HttpQuestion& asked, const Change& make) const {
        if (const int status = refused(asked); status != 0) {
            HttpAnswer out =
                HttpServer::error(status, status == 403 ? "this service takes no changes: it has no token"
                                                        : "a bearer token is wanted");
            if (status == 401) out.headers.emplace_back("WWW-Authenticate", "Bearer");
            return out;
        }
        const Json body = json_from_text(asked.body, document_keys_limit);
        if (!body.is_object()) return HttpServer::error(400, "expected a JSON object");
        try {
            Registry::Remark remark{.by = "service"};
            if (body.contains("note") && body["note"].is_string()) remark.note = body["note"];
            Json report = make(body, remark);
            changed_();
            const RegistryState now = registry_.state();
            Json out = json_object({{"version", now.production()->str()}});
            if (now.previous()) out["previous"] = now.previous()->str();
            if (!report.is_null()) out["gates"] = std::move(report);
            return {.body = out.dump(-1, ' ', false, Json::error_handler_t::replace)};
        } catch (const RegistryError& e) {
            return HttpServer::error(e.code() == ErrorCode::unknown_version ? 404 : 409, e.what());
        } catch (const ArtifactError& e) {
            return HttpServer::error(409, e.what());
        }
    }

    const Registry& registry_;
    std::string token_;
    Gates gates_;
    std::function<void()> changed_;
};

}  // namespace gasket::detail
