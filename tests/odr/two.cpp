#include "everything.hpp"

const char* other_version();
const char* other_version() {
    return gasket::version;
}

const void* other_registry();
const void* other_registry() {
    return &gasket::detail::StageRegistry::instance();
}
