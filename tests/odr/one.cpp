#include "everything.hpp"

const char* other_version();
int main() {
    // Both translation units must see one and the same function.
    return other_version() == gasket::version && &gasket::save != nullptr ? 0 : 1;
}
