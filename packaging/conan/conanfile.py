"""Conan 2 recipe: conan create packaging/conan --build=missing"""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout

required_conan_version = ">=2.0"


class GasketConan(ConanFile):
    name = "gasket"
    description = "Leak-proof machine-learning pipelines on tabular data, header-only"
    license = "MIT"
    topics = ("machine-learning", "tabular", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    def _root(self):
        """The checkout: two folders up from this recipe."""
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        parts = re.findall(r"#define GASKET_VERSION_[A-Z]+ (\d+)",
                           load(self, os.path.join(self._root(), "include", "gasket", "version.hpp")))
        self.version = ".".join(parts)

    def export_sources(self):
        for pattern in ("include/*", "LICENSE"):
            copy(self, pattern, src=self._root(), dst=self.export_sources_folder)

    def requirements(self):
        self.requires("eigen/3.4.0", transitive_headers=True)
        self.requires("nlohmann_json/3.11.3", transitive_headers=True)
        self.requires("fast-cpp-csv-parser/cci.20211104", transitive_headers=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        basic_layout(self, src_folder=".")

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", src=os.path.join(self.source_folder, "include"),
             dst=os.path.join(self.package_folder, "include"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "gasket")
        self.cpp_info.set_property("cmake_target_name", "gasket::gasket")
        self.cpp_info.set_property("pkg_config_name", "gasket")
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        if self.settings.compiler in ("gcc", "clang", "apple-clang"):
            self.cpp_info.cxxflags = ["-ffp-contract=off"]
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
