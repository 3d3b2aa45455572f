#pragma once

#include <utility>

namespace gasket::detail {

template <class Signature>
class FunctionRef;

/// A view of something that can be called, for the time of the call that takes it: two pointers. Lets a loop
/// or a sort be compiled once for all bodies, with one small function for each of them; a std::function has a
/// dozen.
template <class Result, class... Arguments>
class FunctionRef<Result(Arguments...)> {
  public:
    template <class Body>
    FunctionRef(const Body& body)  // NOLINT(google-explicit-constructor): a lambda is to be given as it is
        : body_(&body), call_([](const void* at, Arguments... arguments) -> Result {
              return (*static_cast<const Body*>(at))(std::forward<Arguments>(arguments)...);
          }) {}

    Result operator()(Arguments... arguments) const {
        return call_(body_, std::forward<Arguments>(arguments)...);
    }

  private:
    const void* body_;
    Result (*call_)(const void*, Arguments...);
};

}  // namespace gasket::detail
