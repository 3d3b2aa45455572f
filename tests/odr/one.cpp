#include "everything.hpp"

const char* other_version();
const void* other_registry();

int main() {
    // Both translation units must see one and the same object.
    const void* registry = &gasket::detail::StageRegistry::instance();
    return other_version() == gasket::version && other_registry() == registry ? 0 : 1;
}
