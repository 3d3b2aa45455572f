#include <gasket/gasket.hpp>
#include <iostream>

int main() {
    const gasket::Table table{{"x", gasket::Column::numeric({1, 2, 3})}};
    std::cout << "gasket " << gasket::version << ": " << table.rows() << " rows\n";
    return table.rows() == 3 ? 0 : 1;
}
