package dev.adit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The rules that every module is held to. Each has a test class that extends this one.
public abstract class ModuleRules {

    private static final Path MAIN = Path.of("target/classes"), SOURCES = Path.of("src/main/java");

    /// The compiled classes of this module.
    protected static JavaClasses main() {
        return Architecture.classes(MAIN);
    }

    @Test
    void packagesUseOnlyWhatTheMapAllows() throws IOException {
        PackageMap map = Architecture.packages();
        assertThat(map.violations(main())).isEmpty();
        assertThat(map.violations(new Sources(SOURCES).imports())).isEmpty();
    }

    @Test
    void packagesUseAllThatTheMapAllows() throws IOException {
        PackageMap map = Architecture.packages();
        assertThat(map.unused(main(), new Sources(SOURCES).imports())).isEmpty();
    }

    @Test
    void theArchitecturePageSaysWhatTheMapSays() throws IOException {
        PackageMap map = Architecture.packages();
        String page = Files.readString(Path.of("../ARCHITECTURE.md"));
        assertThat(new ArchitecturePage(map).tables(page, map.packagesOf(main()))).isEmpty();
    }

    @Test
    void everyPackageInfoSaysWhatTheMapSays() throws IOException {
        PackageMap map = Architecture.packages();
        assertThat(new ArchitecturePage(map).packageInfos(SOURCES, map.packagesOf(main())))
                .isEmpty();
    }

    @Test
    void noMoreThanThreeFilesOfAPackageNeedEachOther() {
        assertThat(new FileCircles(main()).largerThan(3)).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        assertThat(new Sources(SOURCES).withoutPackageInfo()).isEmpty();
    }

    @Test
    void filesHaveAtMost400Lines() throws IOException {
        assertThat(new Sources(SOURCES).filesLongerThan(400)).isEmpty();
    }

    @Test
    void methodsHaveAtMost60Lines() throws IOException {
        assertThat(new Sources(SOURCES).methodsLongerThan(60)).isEmpty();
    }

    @Test
    void noTestSleeps() {
        assertThat(Architecture.inTests(Architecture.classes(Path.of("target/test-classes"))))
                .isEmpty();
    }

    @Test
    void theModuleNeedsOnlyOursAndOpensNothing() throws IOException {
        assertThat(Files.exists(MAIN)).isTrue();
        assertThat(Architecture.inDescriptor(Architecture.descriptor(MAIN), exports())).isEmpty();
    }

    @Test
    void theApiNamesOnlyTypesThatItsUsersCanName() throws IOException {
        assertThat(new ApiTypes(Architecture.descriptor(MAIN)).hidden(main())).isEmpty();
    }

    /// Whether other modules may use this one.
    protected boolean exports() {
        return true;
    }
}
