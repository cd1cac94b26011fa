#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* AFTERCALL_H */
