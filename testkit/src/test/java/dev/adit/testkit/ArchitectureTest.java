package dev.adit.testkit;

import dev.adit.architecture.ModuleRules;

class ArchitectureTest extends ModuleRules {}
