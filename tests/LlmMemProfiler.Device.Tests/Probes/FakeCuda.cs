namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>
/// A libcuda with two devices whose handles are not their ordinals, reference-counted primary contexts, and cuMemGetInfo
/// that insists on a current context. Types as in cuda.h.
/// </summary>
internal static class FakeCuda
{
    public const string Source = """
        #include <stddef.h>
        #include <string.h>
        typedef int CUresult; typedef int CUdevice; typedef struct CUctx_st { int device; } *CUcontext;
        typedef struct CUuuid_st { char bytes[16]; } CUuuid;
        static struct CUctx_st contexts[2] = { { 0 }, { 1 } };
        static int holds[2];
        static __thread CUcontext current;
        static int index_of(CUdevice d) { return d - 100; }
        static int known(CUdevice d) { return d == 100 || d == 101; }
        #ifndef FAILING
        #define FAILING ""
        #endif
        #ifndef NAME
        #define NAME "Fake H100"
        #endif
        #ifndef IN_USE
        #define IN_USE 5000000001ull
        #endif
        #define MAY_FAIL if (!strcmp(__func__, FAILING)) return 719

        CUresult cuGetErrorString(CUresult code, const char **text) {
            switch (code) {
                case 100: *text = "no CUDA-capable device is detected"; return 0;
                case 101: *text = "invalid device ordinal"; return 0;
                case 201: *text = "invalid device context"; return 0;
                case 719: *text = "unspecified launch failure"; return 0;
                default: *text = NULL; return 1;
            }
        }
        #ifdef INIT_CODE
        CUresult cuInit(unsigned flags) { return INIT_CODE; }
        #else
        CUresult cuInit(unsigned flags) { MAY_FAIL; return flags == 0 ? 0 : 1; }
        #endif
        CUresult cuDriverGetVersion(int *v) { MAY_FAIL; *v = 12080; return 0; }
        CUresult cuDeviceGetCount(int *n) {
            MAY_FAIL;
        #ifdef NO_GPU
            *n = 0; return 0;
        #endif
            *n = 2; return 0;
        }
        CUresult cuDeviceGet(CUdevice *d, int ordinal) {
            MAY_FAIL;
            if (ordinal < 0 || ordinal > 1) return 101;
            *d = 100 + ordinal; return 0;
        }
        CUresult cuDeviceGetName(char *name, int length, CUdevice d) {
            MAY_FAIL;
            if (!known(d)) return 101;
            strncpy(name, index_of(d) == 0 ? NAME : "Fake A2000", length); return 0;
        }
        static CUresult uuid(CUuuid *u, CUdevice d, int first) {
            if (!known(d)) return 101;
            for (int i = 0; i < 16; i++) u->bytes[i] = (char)(i * 0x11);
            u->bytes[0] = (char)(first + index_of(d)); return 0;
        }
        CUresult cuDeviceGetUuid(CUuuid *u, CUdevice d) { MAY_FAIL; return uuid(u, d, 0x10); }
        #ifndef NO_UUID_V2
        CUresult cuDeviceGetUuid_v2(CUuuid *u, CUdevice d) { MAY_FAIL; return uuid(u, d, 0xf0); }
        #endif
        CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice d) {
            MAY_FAIL;
            *bytes = index_of(d) == 0 ? 85029158912ull : 6144ull << 20; return known(d) ? 0 : 101;
        }
        CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice d) {
            MAY_FAIL;
            int h100 = index_of(d) == 0;
            switch (attribute) {
                case 16: *value = h100 ? 132 : 26; return 0;
        #ifndef NO_PROPERTIES
                case 18: *value = 0; return 0;
                case 32: *value = h100; return 0;
                case 38: *value = h100 ? 52428800 : 3145728; return 0;
                case 39: *value = h100 ? 2048 : 1536; return 0;
                case 81: *value = h100 ? 233472 : 102400; return 0;
                case 82: *value = 65536; return 0;
                case 97: *value = h100 ? 232448 : 101376; return 0;
        #endif
                case 75: *value = h100 ? 9 : 8; return 0;
                case 76: *value = h100 ? 0 : 6; return 0;
                default: return 1;
            }
        }
        CUresult cuDevicePrimaryCtxRetain(CUcontext *c, CUdevice d) {
            MAY_FAIL;
            if (!known(d)) return 101;
            holds[index_of(d)]++; *c = &contexts[index_of(d)]; return 0;
        }
        CUresult cuDevicePrimaryCtxRelease_v2(CUdevice d) { MAY_FAIL; return known(d) && holds[index_of(d)]-- > 0 ? 0 : 201; }
        CUresult cuDevicePrimaryCtxGetState(CUdevice d, unsigned *flags, int *active) {
            if (!known(d)) return 101;
            *flags = 0; *active = holds[index_of(d)] > 0; return 0;
        }
        CUresult cuCtxSetCurrent(CUcontext c) { MAY_FAIL; current = c; return 0; }
        #ifdef LOADING_MODE
        CUresult cuModuleGetLoadingMode(int *mode) { MAY_FAIL; *mode = LOADING_MODE; return 0; }
        #endif
        #ifndef NO_MEMINFO
        CUresult cuMemGetInfo_v2(size_t *free, size_t *total) {
            MAY_FAIL;
            if (!current || holds[current->device] == 0) return 201;
            *total = current->device == 0 ? 85029158912ull : 6144ull << 20;
            *free = *total - (current->device == 0 ? IN_USE : 123456789ull); return 0;
        }
        #endif
        """;
}
