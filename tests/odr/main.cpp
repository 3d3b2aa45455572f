#include "everything.hpp"

int main() {
    return gasket::version[0] == '\0' ? 1 : 0;
}
