namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>A libnvidia-ml with two devices; structs as in nvml.h, and the memory call insists on its version.</summary>
internal static class FakeNvml
{
    public const string Source = """
        #include <string.h>
        #include <unistd.h>
        typedef int nvmlReturn_t; typedef struct nvmlDevice_st { int index; } *nvmlDevice_t;
        typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
        typedef struct { unsigned int version; unsigned long long total, reserved, free, used; } nvmlMemory_v2_t;
        typedef struct { unsigned int pid; unsigned long long usedGpuMemory; unsigned int gpuInstanceId, computeInstanceId;
        #ifdef WIDE_PROCESSES
            unsigned long long usedGpuCcProtectedMemory;
        #endif
        } nvmlProcessInfo_t;
        #ifndef PROCESSES
        #define PROCESSES 3
        #endif
        #ifndef FIRST_LOOKS
        #define FIRST_LOOKS 0
        #define FIRST_PROCESSES 0
        #endif
        #ifndef OWN_BYTES
        #define OWN_BYTES 750000003ull
        #endif
        #ifndef FAILING
        #define FAILING ""
        #endif
        #define MAY_FAIL if (!strcmp(__func__, FAILING)) return 999
        static struct nvmlDevice_st devices[2] = { { 0 }, { 1 } };
        static const char *uuids[2] = { UUID0, "GPU-f1112233-4455-6677-8899-aabbccddeeff" };

        const char *nvmlErrorString(nvmlReturn_t code) { return code == 3 ? "Not Supported" : "Some Error"; }
        nvmlReturn_t nvmlInit_v2(void) {
            MAY_FAIL;
        #ifdef INIT_CODE
            return INIT_CODE;
        #endif
            return 0;
        }
        nvmlReturn_t nvmlShutdown(void) { return 0; }
        nvmlReturn_t nvmlSystemGetDriverVersion(char *text, unsigned int length) {
            MAY_FAIL;
            if (length < 80) return 7;
            strcpy(text, "570.86.15"); return 0;
        }
        nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) { *count = 2; return 0; }
        nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int i, nvmlDevice_t *d) {
            if (i > 1) return 2;
            *d = &devices[i]; return 0;
        }
        nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *d) {
            MAY_FAIL;
            for (int i = 0; i < 2; i++) if (!strcmp(uuid, uuids[i])) { *d = &devices[i]; return 0; }
            return 6;
        }
        nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t d, char *uuid, unsigned int length) {
            strncpy(uuid, uuids[d->index], length); return 0;
        }
        nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t d, char *name, unsigned int length) {
            strncpy(name, d->index ? "Fake A2000" : "Fake H100", length); return 0;
        }
        nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t d, nvmlMemory_t *m) {
            MAY_FAIL;
        #ifdef V1_CODE
            return V1_CODE;
        #endif
            m->total = 85520809984ull; m->used = 5577852801ull; m->free = m->total - m->used; return 0;
        }
        #ifndef NO_MEMORY_V2
        nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t d, nvmlMemory_v2_t *m) {
            MAY_FAIL;
        #ifdef V2_CODE
            return V2_CODE;
        #endif
            if (m->version != (sizeof *m | 2u << 24)) return 25;
            m->total = 85520809984ull; m->reserved = 577852800ull; m->free = 79942957183ull; m->used = USED; return 0;
        }
        #endif
        static nvmlReturn_t processes(unsigned int *count, nvmlProcessInfo_t *infos) {
        #ifdef PROCESSES_CODE
            return PROCESSES_CODE;
        #endif
            // Those beyond come when a context is made, which is after the first looks.
            static int looks;
            int there = looks++ < FIRST_LOOKS ? FIRST_PROCESSES : PROCESSES;
            if (*count < there) { *count = there; return 7; }
            for (int i = 0; i < there; i++) {
                nvmlProcessInfo_t p = { 4000000000u + i, 111, 0xffffffffu, 0xffffffffu };
        #ifdef FOREIGN_IDS
                if (i == there - 1) p.usedGpuMemory = OWN_BYTES;
        #else
                if (i == PROCESSES - 1 && OWN_BYTES != 0) { p.pid = getpid(); p.usedGpuMemory = OWN_BYTES; }
        #endif
        #ifdef WIDE_PROCESSES
                p.usedGpuCcProtectedMemory = 0;
        #endif
                infos[i] = p;
            }
            *count = there; return 0;
        }
        #ifndef NO_PROCESSES_V3
        nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t d, unsigned int *count, nvmlProcessInfo_t *infos) {
            MAY_FAIL;
            return processes(count, infos);
        }
        #endif
        nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t d, unsigned int *count, nvmlProcessInfo_t *infos) {
            MAY_FAIL;
            return processes(count, infos);
        }
        """;

    public const string Uuid0 = "UUID0=\"GPU-f0112233-4455-6677-8899-aabbccddeeff\"";
    public const string UsedWithoutReserve = "USED=5000000001ull";

    public static FakeLibrary Build(params string[] defines) => new(Source, [Uuid0, UsedWithoutReserve, .. defines]);
}
