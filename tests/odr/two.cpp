#include "everything.hpp"

const char* other_version();
const char* other_version() {
    return gasket::version;
}
