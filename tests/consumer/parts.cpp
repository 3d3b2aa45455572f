// As main.cpp, for a project that includes only what it uses.
#include <fstream>
#include <gasket/data/csv.hpp>
#include <gasket/data/schema.hpp>
#include <gasket/version.hpp>
#include <iostream>

int main() {
    std::ofstream("three_rows.csv") << "x,y\n1,no\n2,no\n3,yes\n";
    const gasket::Table table = gasket::read_csv("three_rows.csv");
    const gasket::Schema schema = gasket::infer_schema(table);
    std::cout << "gasket " << gasket::version << ": " << table.rows() << " rows\n";
    return table.rows() == 3 && schema.to_json().size() == 2 ? 0 : 1;
}
