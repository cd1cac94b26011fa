! A call through the client: client BASE_URL; the API's key is in API_KEY.
module aftercall
    use, intrinsic :: iso_c_binding, only: c_char, c_int32_t, c_int64_t
    implicit none

    ! From aftercall.h.
    integer(c_int32_t), parameter :: by_profile = -1, is_success = 0, data_length = 10

    interface
        function acall_flat_client_from_json(json, json_length, client) bind(c) result(status)
            import
            character(kind=c_char), intent(in) :: json(*)
            integer(c_int32_t), value :: json_length
            integer(c_int64_t), intent(out) :: client
            integer(c_int32_t) :: status
        end function
        function acall_flat_client_send(client, method, method_length, path, path_length, &
                headers, headers_length, body, body_length, kind, expect, idempotency_key, &
                idempotency_key_length, deadline_ms, cancel, response) bind(c) result(status)
            import
            integer(c_int64_t), value :: client, deadline_ms, cancel
            character(kind=c_char), intent(in) :: method(*), path(*), headers(*), body(*), &
                idempotency_key(*)
            integer(c_int32_t), value :: method_length, path_length, headers_length, body_length, &
                kind, expect, idempotency_key_length
            integer(c_int64_t), intent(out) :: response
            integer(c_int32_t) :: status
        end function
        function acall_flat_response_int(response, field, number) bind(c) result(status)
            import
            integer(c_int64_t), value :: response
            integer(c_int32_t), value :: field
            integer(c_int64_t), intent(out) :: number
            integer(c_int32_t) :: status
        end function
        function acall_flat_response_data(response, buffer, capacity, needed) bind(c) result(status)
            import
            integer(c_int64_t), value :: response
            character(kind=c_char), intent(out) :: buffer(*)
            integer(c_int32_t), value :: capacity
            integer(c_int32_t), intent(out) :: needed
            integer(c_int32_t) :: status
        end function
        function acall_flat_response_paragraph_fixed(response, buffer, capacity, needed) &
                bind(c) result(status)
            import
            integer(c_int64_t), value :: response
            character(kind=c_char), intent(out) :: buffer(*)
            integer(c_int32_t), value :: capacity
            integer(c_int32_t), intent(out) :: needed
            integer(c_int32_t) :: status
        end function
        function acall_flat_response_free(response) bind(c) result(status)
            import
            integer(c_int64_t), value :: response
            integer(c_int32_t) :: status
        end function
        function acall_flat_client_free(client) bind(c) result(status)
            import
            integer(c_int64_t), value :: client
            integer(c_int32_t) :: status
        end function
        function acall_last_error(buffer, capacity, needed) bind(c) result(status)
            import
            character(kind=c_char), intent(out) :: buffer(*)
            integer(c_int32_t), value :: capacity
            integer(c_int32_t), intent(out) :: needed
            integer(c_int32_t) :: status
        end function
    end interface
end module

program client_example
    use aftercall
    implicit none
    character(len=500) :: url, key, why
    character(len=:), allocatable :: settings, data
    integer(c_int64_t) :: client, response, succeeded, length
    integer(c_int32_t) :: needed, status

    call get_command_argument(1, url)
    call get_environment_variable('API_KEY', key)
    settings = '{"base_url": "' // trim(url) // '", "api_key": "' // trim(key) // '"}'
    if (acall_flat_client_from_json(settings, len(settings, c_int32_t), client) /= 0) then
        status = acall_last_error(why, len(why, c_int32_t), needed)
        print '(a)', why(:needed - 1)
        stop 2
    end if
    status = acall_flat_client_send(client, 'GET', 3, '/pages?limit=1', 14, '', 0, '', 0, &
        by_profile, by_profile, '', 0, 30000_c_int64_t, 0_c_int64_t, response)
    if (status /= 0) stop 2
    status = acall_flat_response_int(response, is_success, succeeded)
    if (succeeded == 1) then
        status = acall_flat_response_int(response, data_length, length)
        allocate (character(len=length) :: data)
        status = acall_flat_response_data(response, data, len(data, c_int32_t), needed)
        print '(a)', data
    else
        status = acall_flat_response_paragraph_fixed(response, why, len(why, c_int32_t), needed)
        print '(a)', trim(why) ! for support
    end if
    status = acall_flat_response_free(response)
    status = acall_flat_client_free(client)
    if (succeeded /= 1) stop 1
end program
